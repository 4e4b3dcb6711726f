package command

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A step is a place in a session where something may go wrong.
type step struct {
	verb string
	at   fault.Match

	// What it means that the server says no there: its exit code, and how many
	// messages come all the same.
	refused, fresh int
}

// before and behind are CAPA before the login and after it.
func before(c *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == "CAPA" && c.User() == "" }
func behind(c *pop3d.Conn, cmd pop3d.Command) bool { return cmd.Verb == "CAPA" && c.User() != "" }

// steps are all of them, in their order. Where one dies, so much is fetched.
var steps = []step{
	{pop3d.Greeting, fault.Verb(pop3d.Greeting), exitUnavailable, 0},
	{"CAPA", before, exitOK, 4}, // which leaves USER to log in by
	{"AUTH", fault.Verb("AUTH"), exitNoPerm, 0},
	{"CAPA again", behind, exitOK, 4},
	{"UIDL", fault.Verb("UIDL"), exitOK, 4},
	{"RETR of the first", fault.Number("RETR", 1), exitPartial, 3},
	{"RETR of the third", fault.Number("RETR", 3), exitPartial, 3},
	{"QUIT", fault.Verb("QUIT"), -1, 4}, // it depends on whether anything was to be deleted
}

// TestFaultsAtEachStep has the server do each wrong thing at each step; with -short it
// is silent at two of them only.
func TestFaultsAtEachStep(t *testing.T) {
	var faults []mishap
	for _, s := range steps {
		fetched := map[string]int{"RETR of the third": 2, "QUIT": 4}[s.verb]
		dies := func(how string, code int, harm ...pop3d.Intercept) {
			f := mishap{name: s.verb + " " + how, harm: fault.When(s.at, harm...), code: code, fresh: fetched, healthy: 2}
			if s.verb == "QUIT" {
				f.code = -1
			}
			faults = append(faults, f)
		}
		dies("hangs up", exitUnavailable, fault.HangUp())
		dies("is cut", exitUnavailable, fault.Cut())
		dies("is reset", exitUnavailable, fault.Reset())
		dies("is garbage", exitProtocol, fault.Send("250 OK\r\n"))
		dies("has no end", exitProtocol, fault.Endless("+OK ", "and so on "))
		dies("is half a line", exitUnavailable, fault.Send("+O"), fault.HangUp())
		silent := mishap{
			name: s.verb + " is silent", harm: fault.When(s.at, fault.Stall()), config: "timeout: 300ms",
			code: exitUnavailable, fresh: fetched, healthy: 2,
		}
		if s.verb == "QUIT" {
			silent.code = -1
		}
		if !testing.Short() || s.verb == pop3d.Greeting || s.verb == "RETR of the third" { // it is waited for
			faults = append(faults, silent)
		}
		if s.verb == pop3d.Greeting {
			continue
		}
		faults = append(faults, mishap{
			name: s.verb + " is refused", harm: fault.When(s.at, fault.Refuse("no")), code: s.refused, fresh: s.fresh, healthy: 2,
		})
	}
	meet(t, faults)
}

// TestFaultsOfLogin has the codes by which a server turns somebody away.
func TestFaultsOfLogin(t *testing.T) {
	login := fault.Verb(pop3d.Login)
	refuse := func(text string) pop3d.Intercept { return fault.When(login, fault.Refuse(text)) }
	meet(t, []mishap{
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
		{name: "a plus for a minus", harm: fault.When(login, fault.Answer("+ERR Server error: Failed to fetch messages in Inbox.")), code: exitTemporary},
		{name: "a tab behind yes", harm: fault.When(fault.Verb(pop3d.Greeting), fault.Answer("+OK\thello")), fresh: 4},
		{name: "wrong, and try again", harm: refuse("Invalid password, please try again later"), code: exitNoPerm, says: `hint: check user and password`},
		{name: "lower case", harm: refuse("[sys/temp] later"), code: exitTemporary},
		{name: "colours", harm: refuse("\x1b[31mno\x1b[0m \u202e %s %n"), code: exitNoPerm, says: `\\x1b\[31mno`},
		{name: "long", harm: refuse(strings.Repeat("no ", 5000)), code: exitNoPerm},
		{name: "busy greeting", harm: fault.When(fault.Verb(pop3d.Greeting), fault.Refuse("[SYS/TEMP] later"), fault.HangUp()), code: exitTemporary},
		{name: "a refusal and the end", harm: fault.When(login, fault.Refuse("[AUTH] no"), fault.HangUp()), code: exitNoPerm},
	})
}

// TestFaultsBehindLogin has a server that takes the login, and then says no and
// ends the session, in whatever way that reaches us.
func TestFaultsBehindLogin(t *testing.T) {
	login, next := fault.Verb(pop3d.Login), fault.Match(behind)
	var faults []mishap
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
		say, both := fault.Send(no.line+"\r\n"), fault.Send("+OK Logged in.\r\n"+no.line+"\r\n")
		for how, harm := range map[string]pop3d.Intercept{
			"at once":          fault.When(login, both, fault.HangUp()),
			"at once, and cut": fault.When(login, both, fault.Cut()),
			"in place of CAPA": fault.When(next, say, fault.HangUp()),
			"and cut":          fault.When(next, say, fault.Cut()),
			"for UIDL": fault.Chain(
				fault.When(fault.Verb("CAPA"), fault.Refuse("what?")),
				fault.When(fault.Verb("UIDL"), say, fault.HangUp()),
			),
		} {
			faults = append(faults, mishap{name: no.line + " " + how, harm: harm, code: no.code, says: no.says, healthy: 2})
		}
	}
	meet(t, faults)
}

// TestFaultsOfListing has listings that are wrong in every way.
func TestFaultsOfListing(t *testing.T) {
	uids := func(lines ...string) pop3d.Intercept { return fault.ListUIDs(lines...) }
	long := strings.Repeat("x", 71)
	manyOdd := slices.Repeat([]string{"what?"}, 101)
	refuse := fault.Refuse("no")
	noUIDL := fault.Chain(
		fault.When(fault.Verb("UIDL"), refuse),
		fault.When(fault.Verb("CAPA"), fault.Rewrite(func(line string) string { return strings.Replace(line, "UIDL", "X-NONE", 1) })),
	)
	faults := []mishap{
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
		{name: "no end", harm: fault.When(fault.Verb("UIDL"), fault.Endless("+OK\r\n", "1 uid-1\r\n")), code: exitProtocol},
		{name: "a line without end", harm: fault.When(fault.Verb("UIDL"), fault.Endless("+OK\r\n1 ", "uid")), code: exitProtocol},
		{name: "no UIDL on the first day", harm: fault.When(fault.Verb("UIDL"), fault.Refuse("not today")), fresh: 4, says: "the server has no UIDL"},
		{
			name: "no UIDL today", prepare: func(r *faultRig) { r.sync() },
			harm: fault.When(fault.Verb("UIDL"), fault.Refuse("not today")), code: -1, says: "hint: it mostly works on another day|to fetch: 0", // where nothing is left, nothing can come twice
		},
		{name: "no UIDL", harm: noUIDL, fresh: 4, lasts: true},
		{
			name: "no UIDL, and a message that isn't shown", harm: fault.Chain(noUIDL, fault.When(fault.Number("TOP", 2), refuse), fault.When(fault.Number("RETR", 2), refuse)),
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
	sizes := func(change func(n int, size int64) int64) pop3d.Intercept { return fault.WrongSizes(change) }
	meet(t, []mishap{
		{name: "too small", harm: sizes(func(int, int64) int64 { return 1 }), config: "max_size: 1MB", fresh: 4},
		{name: "too large", harm: sizes(func(int, int64) int64 { return 1 << 40 }), config: "max_size: 1MB", fresh: 0},
		{name: "negative", harm: sizes(func(int, int64) int64 { return -5 }), config: "max_size: 1MB", fresh: 4},
		{name: "each another", harm: sizes(func(n int, size int64) int64 { return size + int64(n) }), config: "max_size: 1MB", fresh: 4},
		{name: "nonsense", harm: fault.ListSizes("1 x", "2", "3 0x10", "4 99999999999999999999"), config: "max_size: 1MB", fresh: 4},
		{name: "none", harm: fault.ListSizes(), config: "max_size: 1MB", fresh: 4},
		{name: "of others", harm: fault.ListSizes("7 10", "8 20"), config: "max_size: 1MB", fresh: 4},
		{name: "refused", harm: fault.When(fault.Verb("LIST"), fault.Refuse("no")), config: "max_size: 1MB", fresh: 4},
	})
}

// TestFaultsOfMessages has messages that can't be had, or come otherwise than
// they should.
func TestFaultsOfMessages(t *testing.T) {
	second := fault.Number("RETR", 2)
	noUIDs := fault.Chain(
		fault.When(fault.Verb("UIDL"), fault.Refuse("no")),
		fault.When(fault.Verb("CAPA"), fault.Rewrite(func(line string) string { return strings.Replace(line, "UIDL", "X-NONE", 1) })),
	)
	faults := []mishap{
		{name: "with LF for CRLF everywhere", bare: true, fresh: 4},
		{name: "with LF everywhere, and no UIDs", bare: true, harm: noUIDs, config: "max_size: 1MB", fresh: 4, lasts: true},
		{name: "with LF everywhere, and one cut short", bare: true, harm: fault.When(second, fault.CutBody(20)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "refused", harm: fault.When(second, fault.Refuse("broken")), code: exitPartial, fresh: 3, says: `uid "uid-2": RETR refused: .*"broken"`},
		{name: "refused for now", harm: fault.When(second, fault.Refuse("[SYS/TEMP] busy")), code: exitPartial, fresh: 3},
		{name: "all refused", harm: fault.When(fault.Verb("RETR"), fault.Refuse("broken")), code: exitUnavailable, says: "gives none of 4 messages: .*broken"},
		{name: "cut short", harm: fault.When(second, fault.CutBody(20)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "cut at its start", harm: fault.When(second, fault.CutBody(0)), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "without an end", harm: fault.When(second, fault.NoFinalDot(), fault.CarryOut(), fault.HangUp()), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "the answer lost", harm: fault.When(second, fault.Unanswered(), fault.CarryOut(), fault.Cut()), code: exitUnavailable, fresh: 1, healthy: 2},
		{name: "larger than max_size", harm: fault.When(second, fault.Send("+OK\r\n"+strings.Repeat("much\r\n", 5000)+".\r\n")), config: "max_size: 10KB", fresh: 3},
		{name: "larger than anything", harm: fault.When(second, fault.Endless("+OK\r\n", "and so on\r\n")), config: "max_size: 10KB", code: exitProtocol, fresh: 1, healthy: 2},
	}
	for name, body := range fault.OddBytes() {
		if bytes.Contains(body, []byte("\r\n.\n")) && strings.HasSuffix(name, "and LF") {
			continue // pop3d stuffs it, as it must, and so does the next
		}
		faults = append(faults, mishap{
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
		{"DELE refused", fault.When(fault.Verb("DELE"), fault.Refuse("no")), -1},
		{"one DELE refused", fault.When(fault.Number("DELE", 2), fault.Refuse("no")), -1},
		{"dies at DELE", fault.When(fault.Number("DELE", 3), fault.Cut()), exitUnavailable},
		{"garbage at DELE", fault.When(fault.Number("DELE", 3), fault.Answer("what?")), exitProtocol},
		{"QUIT refused", fault.When(fault.Verb("QUIT"), fault.Refuse("some messages were not deleted")), -1},
		{"dies at QUIT", fault.When(fault.Verb("QUIT"), fault.Cut()), exitUnavailable},
		{"dies behind QUIT", fault.When(fault.Verb("QUIT"), fault.Unanswered(), fault.CarryOut(), fault.Cut()), exitUnavailable},
	} {
		for _, mbox := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, " mbox ", mbox), func(t *testing.T) {
				f := mishap{harm: test.harm, code: test.code, fresh: 4}
				r := newFaultRig(t, mbox, true, f)
				r.test(f)
				if left := r.drop.UIDs(); len(left) > 0 {
					t.Errorf("left on the server: %q", left)
				}
			})
		}
	}
}
