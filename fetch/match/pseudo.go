package match

import (
	"encoding/hex"
	"strconv"
	"strings"

	"popfetch/store/ledger"
)

// pseudoPrefix begins the pseudo-UID of a message, and its key. No key of a
// server's UID begins so: ledger.MakeKey writes the percent sign as %25.
const pseudoPrefix = "%header:"

// pseudoUID returns the name that popfetch gives a message of a server without
// UIDs.
func pseudoUID(d ledger.HeaderDigest) string { return pseudoPrefix + hex.EncodeToString(d[:]) }

// pseudoKey returns the key of the copy'th message with a pseudo-UID.
func pseudoKey(uid string, copy int) ledger.Key {
	if copy > 1 {
		return ledger.Key(uid + "~" + strconv.Itoa(copy))
	}
	return ledger.Key(uid)
}

// isPseudo reports whether the key is that of a pseudo-UID.
func isPseudo(key ledger.Key) bool { return strings.HasPrefix(string(key), pseudoPrefix) }
