package fetch

import (
	"fmt"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// dated is a message of the n-th day, by what its header tells of that.
func dated(n int, header func(at time.Time) string) pop3d.Message {
	at := now.AddDate(0, 0, n)
	return pop3d.Message{UID: fmt.Sprint("day", n), Body: []byte(header(at) + fmt.Sprintf("Subject: day %d\r\n\r\nbody\r\n", n))}
}

func receivedHeader(at time.Time) string {
	return "Received: from there by here\r\n\tfor <me@example.org>; " + at.Format(time.RFC1123Z) + "\r\n"
}

func dateHeader(at time.Time) string { return "Date: " + at.Format(time.RFC1123Z) + "\r\n" }

// Headers that tell a time, or don't.
var datings = map[string]func(time.Time) string{
	"Received": receivedHeader,
	"Date":     dateHeader,
	"both":     func(at time.Time) string { return receivedHeader(at) + dateHeader(at.AddDate(1, 0, 0)) },
	// The sender chooses the Date, and may have set its clock wrong.
	"Dates that go the other way": func(at time.Time) string { return receivedHeader(at) + dateHeader(now.Add(now.Sub(at))) },
	"several Received": func(at time.Time) string {
		return receivedHeader(at) + receivedHeader(now.Add(now.Sub(at))) + dateHeader(now)
	},
	"Received without a time": func(at time.Time) string { return "Received: from there by here\r\n" + dateHeader(at) },
	"Received with a comment": func(at time.Time) string {
		return "Received: from there (a; b) by here; " + at.Format(time.RFC1123Z) + " (UTC)\r\n"
	},
}

// daysOf are messages of n days, from the oldest, or from the newest.
func daysOf(n int, newestFirst bool, header func(time.Time) string) (list []pop3d.Message) {
	for i := range n {
		day := i + 1
		if newestFirst {
			day = n - i
		}
		list = append(list, dated(day, header))
	}
	return list
}

// TestStartLast begins with the newest messages, in whichever order the server lists
// them, and by whatever tells how old they are. All others count as fetched.
func TestStartLast(t *testing.T) {
	for name, header := range datings {
		for _, newestFirst := range []bool{false, true} {
			for _, last := range []int{1, 3} {
				t.Run(fmt.Sprint(name, "/newest first ", newestFirst, "/last ", last), func(t *testing.T) {
					r := newRig(t, daysOf(9, newestFirst, header)...)
					r.rules.Start = Start{Skip: true, Last: last}
					r.sync(last)
					var want []string
					for day := 9; day > 9-last; day-- {
						want = append(want, stored(dated(day, header).Body))
					}
					r.hasTexts(want...)
					r.sync(0)
					r.drop.Add(dated(10, header))
					r.sync(1)
					r.hasTexts(append(want, stored(dated(10, header).Body))...)
				})
			}
		}
	}
}

// TestStartLastUndated takes the end of the listing for the newest where nothing
// tells, or the server shows no header.
func TestStartLastUndated(t *testing.T) {
	none := func(time.Time) string { return "" }
	for name, test := range map[string]struct {
		header func(time.Time) string
		server pop3d.Intercept
	}{
		"no date":      {none, fault.Chain()},
		"no real one":  {func(time.Time) string { return "Date: yesterday\r\nReceived: by mail; soon\r\n" }, fault.Chain()},
		"no TOP":       {receivedHeader, withoutTop(false)},
		"TOP refused":  {receivedHeader, withoutTop(true)},
		"all the same": {func(time.Time) string { return dateHeader(now) }, fault.Chain()},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, daysOf(6, true, test.header)...)
			r.fault(test.server)
			r.rules.Start = Start{Skip: true, Last: 2}
			r.sync(2)
			r.hasTexts(stored(dated(2, test.header).Body), stored(dated(1, test.header).Body))
		})
	}
}

// TestStartLastOddDate isn't misled by one message with an odd date, or with none,
// wherever it is.
func TestStartLastOddDate(t *testing.T) {
	odd := map[string]string{
		"long ago": dateHeader(now.AddDate(-30, 0, 0)), "far ahead": dateHeader(now.AddDate(30, 0, 0)), "none": "", "no date": "Date: ?\r\n",
	}
	for name, header := range odd {
		for _, newestFirst := range []bool{false, true} {
			for _, place := range []int{0, 1, 3, 6, 7} {
				t.Run(fmt.Sprint(name, "/newest first ", newestFirst, "/at ", place), func(t *testing.T) {
					list := daysOf(8, newestFirst, dateHeader)
					list[place].Body = []byte(header + "Subject: odd\r\n\r\nbody\r\n")
					r := newRig(t, list...)
					r.rules.Start = Start{Skip: true, Last: 2}
					r.sync(2)
					want := list[6:]
					if newestFirst {
						want = list[:2]
					}
					r.hasTexts(storedOf(want...)...)
				})
			}
		}
	}
}

// TestStartLastOfFew has as many messages as are wanted, or fewer.
func TestStartLastOfFew(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for _, newestFirst := range []bool{false, true} {
			r := newRig(t, daysOf(n, newestFirst, receivedHeader)...)
			r.rules.Start = Start{Skip: true, Last: 3}
			r.sync(n)
			r.hasTexts(storedOf(daysOf(n, newestFirst, receivedHeader)...)...)
		}
	}
}

// TestIsNewestFirst asks for few headers, however many messages there are.
func TestIsNewestFirst(t *testing.T) {
	for _, newestFirst := range []bool{false, true} {
		for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 7, 100} {
			r := newRig(t, daysOf(n, newestFirst, dateHeader)...)
			j := r.job()
			s, err := j.Connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			nothing, _ := ledger.Read(nil, "work")
			d, err := j.ListMaildrop(s, nothing, FewSizes, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := j.IsNewestFirst(s, d)
			if want := newestFirst && n > 1; got != want || err != nil {
				t.Errorf("of %d: %v, %v", n, got, err)
			}
			s.Client.QuitWithoutReply()
			s.Close()
			if tops := r.commands("TOP"); len(tops) > samples {
				t.Errorf("of %d: it asks %v", n, tops)
			}
		}
	}
}

func TestFalls(t *testing.T) {
	for name, test := range map[string]struct {
		days []int
		want bool
	}{
		"none":               {nil, false},
		"one":                {[]int{1}, false},
		"two up":             {[]int{1, 2}, false},
		"two down":           {[]int{2, 1}, true},
		"two alike":          {[]int{1, 1}, false},
		"up":                 {[]int{1, 2, 3, 4, 5}, false},
		"down":               {[]int{5, 4, 3, 2, 1}, true},
		"alike":              {[]int{3, 3, 3, 3, 3}, false},
		"down, then alike":   {[]int{5, 4, 4, 4, 4}, true},
		"up, one ahead":      {[]int{1, 99, 3, 4, 5}, false},
		"up, one behind":     {[]int{1, 2, 3, -99, 5}, false},
		"down, one ahead":    {[]int{5, 4, 99, 2, 1}, true},
		"down, one behind":   {[]int{5, -99, 3, 2, 1}, true},
		"up, first ahead":    {[]int{99, 2, 3, 4, 5}, false},
		"down, last ahead":   {[]int{5, 4, 3, 2, 99}, true},
		"down, first behind": {[]int{-99, 4, 3, 2, 1}, true},
		"as much up":         {[]int{1, 2, 1, 2, 1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var times []time.Time
			for _, day := range test.days {
				times = append(times, now.AddDate(0, 0, day))
			}
			if got := areFalling(times); got != test.want {
				t.Errorf("%v", got)
			}
		})
	}
}
