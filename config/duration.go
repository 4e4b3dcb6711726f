package config

import (
	"math"
	"strings"
	"time"
)

// ParseDuration reads a duration such as 90s, 36h, 14d, 2w or 1d12h: what Go
// understands, and days of 24 hours and weeks, but nothing negative.
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	var sum time.Duration
	for rest := text; ; {
		number := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		unit := len(rest[number:]) - len(strings.TrimLeft(rest[number:], "abcdefghijklmnopqrstuvwxyzµμ"))
		part, err := parsePart(rest[:number], rest[number:number+unit])
		if err != nil || part > math.MaxInt64-sum {
			return 0, fault{"not a duration " + quoteShort(text), "write a number and its unit, such as 90s, 36h, 14d or 2w"}
		}
		sum += part
		if rest = rest[number+unit:]; rest == "" {
			return sum, nil
		}
	}
}

// parsePart reads one number with its unit.
func parsePart(number, unit string) (time.Duration, error) {
	var hours time.Duration
	switch unit {
	case "":
		return 0, fault{"no unit", "write one after the number"}
	case "d":
		hours = 24
	case "w":
		hours = 7 * 24
	default:
		return time.ParseDuration(number + unit)
	}
	part, err := time.ParseDuration(number + "h")
	if err == nil && part > math.MaxInt64/hours {
		return 0, fault{"too long", "use at most 292 years"}
	}
	return part * hours, err
}

// parseInterval reads none or a duration. None is 0.
func parseInterval(text string) (time.Duration, error) {
	if text == "none" {
		return 0, nil
	}
	return ParseDuration(text)
}

// parseTimeout reads a duration that is more than nothing.
func parseTimeout(text string) (time.Duration, error) {
	timeout, err := ParseDuration(text)
	if err == nil && timeout == 0 {
		return 0, fault{"no time at all", "use a duration such as 60s"}
	}
	return timeout, err
}
