// Package term is what writes to the person or the script that started the
// program: lines, bars, tables, and messages.
//
// Its words: a line is what is written at once and as a whole; a bar is the line
// of an account at work, and stays below the others; text is harmless when a
// terminal shows all of it and obeys none of it.
//
// Its one rule: this is the only package that knows the terminal, and it knows
// nothing else: it is given texts, numbers and hints, whatever they are about.
package term
