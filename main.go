// Popfetch fetches mail from POP3 servers, every message exactly once.
package main

func main() {}
