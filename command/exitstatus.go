package command

// An exitMeaning tells a person what some exit codes mean.
type exitMeaning struct {
	codes []int
	text  string
}

// exitMeanings are those of all exit codes. The manual and the README have
// them from here.
var exitMeanings = []exitMeaning{
	{[]int{exitOK}, "all went well, new mail or not"},
	{[]int{exitUsage}, "usage, unknown account"},
	{[]int{exitPartial}, "some messages failed, the others were fetched"},
	{[]int{exitNoMessage}, "no such message"},
	{[]int{exitUnavailable}, "the server can't be found or reached, or hung up"},
	{[]int{exitBug}, "a bug"},
	{[]int{exitCantCreate, exitIO}, "the mailbox or the ledger can't be made, or written"},
	{[]int{exitTemporary}, "try again later: another run holds the account, or the server says so"},
	{[]int{exitProtocol}, "the server broke the protocol"},
	{[]int{exitNoPerm}, "login or certificate refused"},
	{[]int{exitConfig}, "configuration"},
	{[]int{exitSignal + 2, exitSignal + 15}, "stopped by Ctrl-C, by SIGTERM"},
	{[]int{exitUnread}, "the reader of the output has gone, as `head` does"},
}
