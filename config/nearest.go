package config

import "strings"

// NearestWord returns the candidate that a mistyped word most likely means, or
// nothing. One letter in three may be wrong; an abbreviation counts as one.
func NearestWord(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, least := "", max(1, len(word)/3)+1
	for _, candidate := range candidates {
		d := editDistance(word, strings.ToLower(candidate))
		if d > 1 && isAbbreviation(word, strings.ToLower(candidate)) {
			d = 1
		}
		if d < least {
			best, least = candidate, d
		}
	}
	return best
}

// isAbbreviation reports whether a word is left when letters of another are
// dropped, though not the first.
func isAbbreviation(word, long string) bool {
	if len(word) < 3 || !strings.HasPrefix(long, word[:1]) {
		return false
	}
	for i := 0; i < len(long) && word != ""; i++ {
		if long[i] == word[0] {
			word = word[1:]
		}
	}
	return word == ""
}

// editDistance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a.
func editDistance(a, b string) int {
	const longest = 64 // no name is longer; what is, is far from all of them
	if len(a) > longest || len(b) > longest {
		return longest
	}
	var rows [3][longest + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range len(b) {
			replace := above[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, replace)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
