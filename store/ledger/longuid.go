package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// MaxUID is how long a UID may be, RFC 1939 section 7. A longer one is known by its
// digest, so that no server decides how much memory its UIDs take.
const MaxUID = 70

// digestPrefix and the 64 digits of a SHA-256 are 71 bytes, one more than a UID that
// is kept as it is. So no such UID is the digest of another.
const digestPrefix = "sha256:"

// ShortUID returns the UID by which a message is known: the one that the server sent,
// or the digest of that where its key would be longer than MaxUID.
func ShortUID[T string | []byte](uid T) T {
	if len(uid) <= MaxUID/len("%XX") {
		return uid
	}
	length := 0
	for i := range len(uid) {
		if length++; isEscaped(uid[i]) {
			length += len("XX")
		}
	}
	if length <= MaxUID {
		return uid
	}
	sum := sha256.Sum256([]byte(uid))
	return T(digestPrefix + hex.EncodeToString(sum[:]))
}

// isDigest reports whether a UID is one that ShortUID made.
func isDigest(uid string) bool {
	digits, ok := strings.CutPrefix(uid, digestPrefix)
	return ok && len(digits) == hex.EncodedLen(sha256.Size) && strings.Trim(digits, "0123456789abcdef") == ""
}

// shortKey returns a key as MakeKey makes it. Earlier versions had UIDs of any length
// in their keys.
func shortKey(key []byte) (short []byte, changed bool) {
	uid, _, _ := bytes.Cut(key, []byte("~"))
	if len(uid) <= MaxUID || isDigest(string(uid)) {
		return key, false
	}
	return append(ShortUID([]byte(unescapeText(string(uid)))), key[len(uid):]...), true
}
