package command

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
)

// A step is a place in a session where something may go wrong.
type step struct {
	verb string
	at   pop3d.Match

	// What it means that the server says no there: its exit code, and how many
	// messages come all the same.
	refused, fresh int
}

// before and behind are CAPA before the login and after it.
func before(c *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == "CAPA" && c.User() == "" }
func behind(c *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == "CAPA" && c.User() != "" }

// steps are all of them, in their order. Where one dies, so much is fetched.
var steps = []step{
	{pop3d.Greeting, pop3d.Verb(pop3d.Greeting), exitUnavailable, 0},
	{"CAPA", before, exitOK, 4}, // which leaves USER to log in by
	{"AUTH", pop3d.Verb("AUTH"), exitNoPerm, 0},
	{"CAPA again", behind, exitOK, 4},
	{"UIDL", pop3d.Verb("UIDL"), exitOK, 4},
	{"RETR of the first", pop3d.Number("RETR", 1), exitPartial, 3},
	{"RETR of the third", pop3d.Number("RETR", 3), exitPartial, 3},
	{"QUIT", pop3d.Verb("QUIT"), -1, 4}, // it depends on whether anything was to be deleted
}

// TestFaultsAtEachStep has the server do each wrong thing at each step.
func TestFaultsAtEachStep(t *testing.T) {
	var faults []fault
	for _, s := range steps {
		fetched := map[string]int{"RETR of the third": 2, "QUIT": 4}[s.verb]
		dies := func(how string, code int, harm ...pop3d.Intercept) {
			f := fault{name: s.verb + " " + how, harm: pop3d.When(s.at, harm...), code: code, fresh: fetched, healthy: 2}
			if s.verb == "QUIT" {
				f.code = -1
			}
			faults = append(faults, f)
		}
		dies("hangs up", exitUnavailable, pop3d.HangUp())
		dies("is cut", exitUnavailable, pop3d.Cut())
		dies("is reset", exitUnavailable, pop3d.Reset())
		dies("is garbage", exitProtocol, pop3d.Send("250 OK\r\n"))
		dies("has no end", exitProtocol, pop3d.Endless("+OK ", "and so on "))
		dies("is half a line", exitUnavailable, pop3d.Send("+O"), pop3d.HangUp())
		silent := fault{
			name: s.verb + " is silent", harm: pop3d.When(s.at, pop3d.Stall()), config: "timeout: 300ms",
			code: exitUnavailable, fresh: fetched, healthy: 2,
		}
		if s.verb == "QUIT" {
			silent.code = -1
		}
		faults = append(faults, silent)
		if s.verb == pop3d.Greeting {
			continue
		}
		faults = append(faults, fault{
			name: s.verb + " is refused", harm: pop3d.When(s.at, pop3d.Refuse("no")), code: s.refused, fresh: s.fresh, healthy: 2,
		})
	}
	meet(t, faults)
}

// TestFaultsOfLogin has the codes by which a server turns somebody away.
func TestFaultsOfLogin(t *testing.T) {
	login := pop3d.Verb(pop3d.Login)
	refuse := func(text string) pop3d.Intercept { return pop3d.When(login, pop3d.Refuse(text)) }
	meet(t, []fault{
		{name: "wrong password", harm: refuse("[AUTH] no"), code: exitNoPerm, says: `login by plain: AUTH refused: .*"\[AUTH\] no"`},
		{name: "no code", harm: refuse("no"), code: exitNoPerm},
		{name: "busy", harm: refuse("[SYS/TEMP] later"), code: exitTemporary, says: `hint: try again later`},
		{name: "broken", harm: refuse("[SYS/PERM] never"), code: exitNoPerm, says: `hint: ask the provider`},
		{name: "too soon", harm: refuse("[LOGIN-DELAY] wait"), code: exitTemporary},
		{name: "unknown code", harm: refuse("[X-ODD] no"), code: exitNoPerm},
		{name: "busy in words", harm: refuse("Temporary problem"), code: exitTemporary, says: `hint: try again later`},
		{name: "locked in words", harm: refuse("Your mailbox is already locked"), code: exitTemporary, says: `"Your mailbox is already locked"\n.*hint: another program`},
		{name: "a throttle in words", harm: refuse("Exceeded the login limit for a 15 minute period."), code: exitTemporary, says: `"Exceeded the login limit.*\n.*hint: try again later`},
		{name: "a dead backend in words", harm: refuse("Server Unavailable. 15"), code: exitTemporary, says: `"Server Unavailable. 15"\n.*hint: try again later`},
		{name: "busy in German", harm: refuse("Zu viele Verbindungen, bitte sp\xe4ter"), code: exitTemporary, says: `"Zu viele Verbindungen, bitte sp\\xe4ter"`},
		{name: "a plus for a minus", harm: pop3d.When(login, pop3d.Answer("+ERR Server error: Failed to fetch messages in Inbox.")), code: exitTemporary},
		{name: "a tab behind yes", harm: pop3d.When(pop3d.Verb(pop3d.Greeting), pop3d.Answer("+OK\thello")), fresh: 4},
		{name: "wrong, and try again", harm: refuse("Invalid password, please try again later"), code: exitNoPerm, says: `hint: check user and password`},
		{name: "lower case", harm: refuse("[sys/temp] later"), code: exitTemporary},
		{name: "colours", harm: refuse("\x1b[31mno\x1b[0m \u202e %s %n"), code: exitNoPerm, says: `\\x1b\[31mno`},
		{name: "long", harm: refuse(strings.Repeat("no ", 5000)), code: exitNoPerm},
		{name: "busy greeting", harm: pop3d.When(pop3d.Verb(pop3d.Greeting), pop3d.Refuse("[SYS/TEMP] later"), pop3d.HangUp()), code: exitTemporary},
		{name: "a refusal and the end", harm: pop3d.When(login, pop3d.Refuse("[AUTH] no"), pop3d.HangUp()), code: exitNoPerm},
	})
}

// TestFaultsBehindLogin has a server that takes the login, and then says no and
// ends the session, in whatever way that reaches us.
func TestFaultsBehindLogin(t *testing.T) {
	login, next := pop3d.Verb(pop3d.Login), pop3d.Match(behind)
	var faults []fault
	for _, no := range []struct {
		line, says string
		code       int
	}{
		{"-ERR [SYS/PERM] Permission denied", `the server says "\[SYS/PERM\] Permission denied" and ends the session\n.*hint: the login was right`, exitProtocol},
		{"-ERR [SYS/TEMP] Internal error", `the server says "\[SYS/TEMP\] Internal error" and ends the session\n.*hint: try again later`, exitTemporary},
		{"-ERR [IN-USE] Couldn't open INBOX", `and ends the session\n.*hint: another program`, exitTemporary},
		{"-ERR Mailbox locked", `"Mailbox locked" and ends the session`, exitTemporary},
		{"+ERR Server error: Failed to fetch messages in Inbox.", `Server error`, exitTemporary},
	} {
		say, both := pop3d.Send(no.line+"\r\n"), pop3d.Send("+OK Logged in.\r\n"+no.line+"\r\n")
		for how, harm := range map[string]pop3d.Intercept{
			"at once":          pop3d.When(login, both, pop3d.HangUp()),
			"at once, and cut": pop3d.When(login, both, pop3d.Cut()),
			"in place of CAPA": pop3d.When(next, say, pop3d.HangUp()),
			"and cut":          pop3d.When(next, say, pop3d.Cut()),
			"for UIDL": pop3d.Chain(
				pop3d.When(pop3d.Verb("CAPA"), pop3d.Refuse("what?")),
				pop3d.When(pop3d.Verb("UIDL"), say, pop3d.HangUp()),
			),
		} {
			faults = append(faults, fault{name: no.line + " " + how, harm: harm, code: no.code, says: no.says, healthy: 2})
		}
	}
	meet(t, faults)
}

// TestFaultsOfListing has listings that are wrong in every way.
func TestFaultsOfListing(t *testing.T) {
	uids := func(lines ...string) pop3d.Intercept { return pop3d.ListUIDs(lines...) }
	long := strings.Repeat("x", 71)
	manyOdd := slices.Repeat([]string{"what?"}, 101)
	refuse := pop3d.Refuse("no")
	noUIDL := pop3d.Chain(
		pop3d.When(pop3d.Verb("UIDL"), refuse),
		pop3d.When(pop3d.Verb("CAPA"), pop3d.Rewrite(func(line string) string { return strings.Replace(line, "UIDL", "X-NONE", 1) })),
	)
	faults := []fault{
		{name: "empty", harm: uids(), fresh: 0},
		{name: "partial", harm: uids("1 uid-1", "3 uid-3"), fresh: 2},
		{name: "out of order", harm: uids("4 uid-4", "2 uid-2", "3 uid-3", "1 uid-1"), fresh: 4},
		{name: "a number twice", harm: uids("1 uid-1", "1 uid-1", "2 uid-2", "3 uid-3", "4 uid-4"), fresh: 4},
		{name: "a UID twice", harm: uids("1 same", "2 same", "3 uid-3", "4 uid-4"), fresh: 4, lasts: true},
		{name: "all the same", harm: uids("1 same", "2 same", "3 same", "4 same"), fresh: 4, lasts: true},
		{name: "empty UIDs", harm: uids("1 ", "2", "3 uid-3", "4 uid-4"), fresh: 4, lasts: true},
		{name: "a long UID", harm: uids("1 "+long, "2 "+strings.Repeat("y", 8000), "3 uid-3", "4 uid-4"), fresh: 4, lasts: true},
		{name: "blanks in a UID", harm: uids("1 a b", "2 a  b", "3 a\tb", "4 a b "), fresh: 4, lasts: true},
		{name: "8 bit in a UID", harm: uids("1 caf\xe9", "2 caf\xc3\xa9", "3 \xff\xfe", "4 uid-4"), fresh: 4, lasts: true},
		{name: "control characters in a UID", harm: uids("1 \x1b[2J", "2 \x00", "3 a\rb", "4 \x7f"), fresh: 4, lasts: true},
		{name: "a path for a UID", harm: uids("1 ../../etc/passwd", "2 /", "3 .", "4 ~"), fresh: 4, lasts: true},
		{name: "UIDs that differ in case", harm: uids("1 a", "2 A", "3 a/", "4 a-"), fresh: 4, lasts: true},
		{name: "an empty line", harm: uids("1 uid-1", "", "2 uid-2", "3 uid-3", "4 uid-4"), fresh: 4, says: "malformed lines"},
		{name: "odd lines", harm: uids("0 a", "-1 b", "x", "1 uid-1", "2 uid-2", "3 uid-3", "4 uid-4"), fresh: 4, says: "malformed lines"},
		{name: "numbers beyond all", harm: uids("9223372036854775808 a", "4294967297 b", "1 uid-1", "2 uid-2", "3 uid-3", "4 uid-4"), fresh: 4},
		{name: "numbers with gaps", harm: uids("1 uid-1", "2 uid-2", "3 uid-3", "4 uid-4", "1000000 uid-5"), code: exitPartial, fresh: 4},
		{name: "nothing but nonsense", harm: uids("what", "is", "this?"), code: exitProtocol},
		{name: "too much nonsense", harm: uids(append(manyOdd, "1 uid-1")...), code: exitProtocol},
		{name: "a status line inside", harm: uids("1 uid-1", "+OK 4 messages", "2 uid-2"), code: exitProtocol},
		{name: "no end", harm: pop3d.When(pop3d.Verb("UIDL"), pop3d.Endless("+OK\r\n", "1 uid-1\r\n")), code: exitProtocol},
		{name: "a line without end", harm: pop3d.When(pop3d.Verb("UIDL"), pop3d.Endless("+OK\r\n1 ", "uid")), code: exitProtocol},
		{name: "no UIDL on the first day", harm: pop3d.When(pop3d.Verb("UIDL"), pop3d.Refuse("not today")), fresh: 4, says: "the server has no UIDL"},
		{
			name: "no UIDL today", prepare: func(r *faultRig) { r.sync() },
			harm: pop3d.When(pop3d.Verb("UIDL"), pop3d.Refuse("not today")), code: -1, says: "hint: it mostly works on another day|to fetch: 0", // where nothing is left, nothing can come twice
		},
		{name: "no UIDL", harm: noUIDL, fresh: 4, lasts: true},
		{
			name: "no UIDL, and a message that isn't shown", harm: pop3d.Chain(noUIDL, pop3d.When(pop3d.Number("TOP", 2), refuse), pop3d.When(pop3d.Number("RETR", 2), refuse)),
			code: exitPartial, fresh: 3, says: "tell message 2 from others: .*refused", healthy: 2,
		},
		{name: "all UIDs other ones", harm: uids("1 a", "2 b", "3 c", "4 d"), fresh: 4, healthy: 2},
	}
	for _, f := range faults {
		if f.lasts {
			f.name, f.lasts = f.name+" for a day", false
			faults = append(faults, f)
		}
	}
	meet(t, faults)
}

// TestFaultsOfSizes has LIST tell what isn't so.
func TestFaultsOfSizes(t *testing.T) {
	sizes := func(change func(n int, size int64) int64) pop3d.Intercept { return pop3d.WrongSizes(change) }
	meet(t, []fault{
		{name: "too small", harm: sizes(func(int, int64) int64 { return 1 }), config: "max_size: 1MB", fresh: 4},
		{name: "too large", harm: sizes(func(int, int64) int64 { return 1 << 40 }), config: "max_size: 1MB", fresh: 0},
		{name: "negative", harm: sizes(func(int, int64) int64 { return -5 }), config: "max_size: 1MB", fresh: 4},
		{name: "each another", harm: sizes(func(n int, size int64) int64 { return size + int64(n) }), config: "max_size: 1MB", fresh: 4},
		{name: "nonsense", harm: pop3d.ListSizes("1 x", "2", "3 0x10", "4 99999999999999999999"), config: "max_size: 1MB", fresh: 4},
		{name: "none", harm: pop3d.ListSizes(), config: "max_size: 1MB", fresh: 4},
		{name: "of others", harm: pop3d.ListSizes("7 10", "8 20"), config: "max_size: 1MB", fresh: 4},
		{name: "refused", harm: pop3d.When(pop3d.Verb("LIST"), pop3d.Refuse("no")), config: "max_size: 1MB", fresh: 4},
	})
}

// TestFaultsOfMessages has messages that can't be had, or come otherwise than
// they should.
func TestFaultsOfMessages(t *testing.T) {
	second := pop3d.Number("RETR", 2)
	noUIDs := pop3d.Chain(
		pop3d.When(pop3d.Verb("UIDL"), pop3d.Refuse("no")),
		pop3d.When(pop3d.Verb("CAPA"), pop3d.Rewrite(func(line string) string { return strings.Replace(line, "UIDL", "X-NONE", 1) })),
	)
	faults := []fault{
		{name: "with LF for CRLF everywhere", bare: true, fresh: 4},
		{name: "with LF everywhere, and no UIDs", bare: true, harm: noUIDs, config: "max_size: 1MB", fresh: 4, lasts: true},
		{name: "with LF everywhere, and one cut short", bare: true, harm: pop3d.When(second, pop3d.CutBody(20)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "refused", harm: pop3d.When(second, pop3d.Refuse("broken")), code: exitPartial, fresh: 3, says: `uid "uid-2": RETR refused: .*"broken"`},
		{name: "refused for now", harm: pop3d.When(second, pop3d.Refuse("[SYS/TEMP] busy")), code: exitPartial, fresh: 3},
		{name: "all refused", harm: pop3d.When(pop3d.Verb("RETR"), pop3d.Refuse("broken")), code: exitUnavailable, says: "gives none of 4 messages: .*broken"},
		{name: "cut short", harm: pop3d.When(second, pop3d.CutBody(20)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "cut at its start", harm: pop3d.When(second, pop3d.CutBody(0)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "without an end", harm: pop3d.When(second, pop3d.NoFinalDot(), pop3d.CarryOut(), pop3d.HangUp()), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "the answer lost", harm: pop3d.When(second, pop3d.Unanswered(), pop3d.CarryOut(), pop3d.Cut()), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "larger than max_size", harm: pop3d.When(second, pop3d.Send("+OK\r\n"+strings.Repeat("much\r\n", 5000)+".\r\n")), config: "max_size: 10KB", fresh: 3},
		{name: "larger than anything", harm: pop3d.When(second, pop3d.Endless("+OK\r\n", "and so on\r\n")), config: "max_size: 10KB", code: exitProtocol, fresh: 1, healthy: 2},
	}
	for name, body := range pop3d.OddBytes() {
		if bytes.Contains(body, []byte("\r\n.\n")) && strings.HasSuffix(name, "and LF") {
			continue // pop3d stuffs it, as it must, and so does the next
		}
		faults = append(faults, fault{
			name: "odd: " + name, mail: []pop3d.Message{{UID: "uid-1", Body: body}, fourMails()[1]}, fresh: 2,
		})
	}
	meet(t, faults)
}

// TestFaultsOfDeletion has servers that don't delete as they are told.
func TestFaultsOfDeletion(t *testing.T) {
	for _, test := range []struct {
		name string
		harm pop3d.Intercept
		code int
	}{
		{"DELE refused", pop3d.When(pop3d.Verb("DELE"), pop3d.Refuse("no")), -1},
		{"one DELE refused", pop3d.When(pop3d.Number("DELE", 2), pop3d.Refuse("no")), -1},
		{"dies at DELE", pop3d.When(pop3d.Number("DELE", 3), pop3d.Cut()), exitUnavailable},
		{"garbage at DELE", pop3d.When(pop3d.Number("DELE", 3), pop3d.Answer("what?")), exitProtocol},
		{"QUIT refused", pop3d.When(pop3d.Verb("QUIT"), pop3d.Refuse("some messages were not deleted")), -1},
		{"dies at QUIT", pop3d.When(pop3d.Verb("QUIT"), pop3d.Cut()), exitUnavailable},
		{"dies behind QUIT", pop3d.When(pop3d.Verb("QUIT"), pop3d.Unanswered(), pop3d.CarryOut(), pop3d.Cut()), exitUnavailable},
	} {
		for _, mbox := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, " mbox ", mbox), func(t *testing.T) {
				f := fault{harm: test.harm, code: test.code, fresh: 4}
				r := newFaultRig(t, mbox, true, f)
				r.test(f)
				if left := r.drop.UIDs(); len(left) > 0 {
					t.Errorf("left on the server: %q", left)
				}
			})
		}
	}
}
