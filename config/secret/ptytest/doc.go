// Package ptytest gives a test a pseudo-terminal. There are some on Linux only.
//
// Its words: the person sits at one end, the program is at the other.
package ptytest
