package oauth

import (
	"encoding/json"
	"math"
	"strconv"
)

// An answer is a JSON object of the provider (RFC 6749, section 5.1).
type answer map[string]json.RawMessage

// parseAnswer returns nil for what is none.
func parseAnswer(body []byte) (parsed answer) {
	if json.Unmarshal(body, &parsed) != nil {
		return nil
	}
	return parsed
}

// text is what stands under a name, or nothing if it isn't a text.
func (a answer) text(name string) (text string) {
	if json.Unmarshal(a[name], &text) != nil {
		return ""
	}
	return text
}

// plainJSON is the answer as package oauth2 understands it. It wants whole
// seconds, and for a fraction would throw away a token that was paid for with
// the old one.
func (a answer) plainJSON() []byte {
	const name = "expires_in"
	if given, ok := a[name]; ok {
		delete(a, name)
		if seconds, ok := wholeSeconds(given); ok {
			a[name] = strconv.AppendInt(nil, seconds, 10)
		}
	}
	body, _ := json.Marshal(a) // It was JSON before.
	return body
}

// wholeSeconds reads a number, which some providers send as a text. What is
// over before it began is over at -1 as well.
func wholeSeconds(given json.RawMessage) (seconds int64, ok bool) {
	var number json.Number
	if json.Unmarshal(given, &number) != nil {
		return 0, false
	}
	exact, err := number.Float64()
	return int64(max(-1, min(exact, math.MaxInt32))), err == nil
}
