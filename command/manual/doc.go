// Package manual is the manual page. Its text is popfetch.1.txt, which says how
// it is written; what the help and the configuration say already is put in where
// the text names it.
//
// Its words: a block is what stands between blank lines; an insertion is a block
// that names what is put in its place.
//
// Its one rule: prose is in the text, and nothing but the macros of man(7) is in
// the code.
package manual
