// Package sandbox gives up, for good and for the whole process, what it will
// not need: files, ports, and other processes.
//
// Its words: Rights are what a process keeps; to Enter the sandbox is to give up
// all else.
//
// Its one rule: it takes away and never gives. A path that can't be opened now
// is left out, an old kernel restricts less, and other systems restrict nothing.
package sandbox
