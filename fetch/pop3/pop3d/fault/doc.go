// Package fault is what a server of package pop3d does wrong, and the odd mail
// that it holds, where a test wants it so.
//
// A fault is a [pop3d.Intercept], put together of three things: [When] takes a
// [Match], which picks the commands, and Intercepts that do harm to whatever they
// are given; [Chain] joins several such faults in one.
//
//	fault.Chain(
//		fault.When(fault.Nth(3, fault.Verb("RETR")), fault.Refuse("[SYS/TEMP] try later")),
//		fault.When(fault.UID("RETR", "4f1c"), fault.CutBody(1000)),
//		fault.When(fault.Verb("QUIT"), fault.Unanswered()),
//		fault.When(fault.Verb(pop3d.Login), fault.Refuse("[IN-USE] wait")),
//	)
//
// Harm answers in the server's place, or ends the connection; a filter changes
// the server's own answer on its way; [Delayed] puts the client far away. The
// messages are [Corpus], mail as it is, [OddBytes], which hardly are messages,
// and [Large], which takes no memory.
//
// Its one rule: it uses what a Conn offers to any Intercept, and knows nothing
// of the inside of the server.
//
// What a fault does to a session is tested beside the server.
package fault
