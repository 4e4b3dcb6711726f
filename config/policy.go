package config

import (
	"math"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"popfetch/fetch/rule"
)

// parseDelete reads never, fetched or a duration.
func parseDelete(text string) (rule.Delete, error) {
	switch text {
	case "never":
		return rule.Delete{}, nil
	case "fetched":
		return rule.Delete{When: rule.AtOnce}, nil
	}
	age, err := ParseDuration(text)
	if err != nil || age == 0 { // To other fetchers a 0 here means never.
		return rule.Delete{}, fault{"no such policy " + quoteShort(text), "use never, fetched or a time such as 14d"}
	}
	return rule.Delete{When: rule.AfterWhile, After: age}, nil
}

// parseStart reads all, now or last N.
func parseStart(text string) (rule.Start, error) {
	switch text {
	case "all":
		return rule.Start{}, nil
	case "now":
		return rule.Start{Skip: true}, nil
	}
	digits, isLast := strings.CutPrefix(text, "last ")
	n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 31)
	if !isLast || err != nil || n == 0 {
		return rule.Start{}, fault{"no such policy " + quoteShort(text), "use all, now or last N"}
	}
	return rule.Start{Skip: true, Last: int(n)}, nil
}

// parseSize reads none or a size such as 50MB. None is 0.
func parseSize(text string) (int64, error) {
	if text == "none" {
		return 0, nil
	}
	size, err := humanize.ParseBytes(text)
	if err != nil || size == 0 || size > math.MaxInt64 {
		return 0, fault{"not a size " + quoteShort(text), "use none, or a size such as 50MB"}
	}
	return int64(size), nil
}

// parseCount reads none or a number of messages. None is 0.
func parseCount(text string) (int, error) {
	if text == "none" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, fault{"not a number " + quoteShort(text), "use none, or a number from 1 on"}
	}
	return int(n), nil
}
