package main

import (
	"fmt"
	"slices"
	"strings"
)

// syncCase is the case that counts syncs instead of seconds.
const syncCase = "sync"

// choose finds the cases by their names; no name is all of them. The last result says whether the
// sync case is among them.
func choose(wanted []string) (chosen []Case, syncs bool, err error) {
	all := cases(*scale)
	if len(wanted) == 0 {
		return all, true, nil
	}
	for _, name := range wanted {
		i := slices.IndexFunc(all, func(k Case) bool { return k.Name == name })
		switch {
		case name == syncCase:
			syncs = true
		case i < 0:
			return nil, false, fmt.Errorf("no case %s; there are: %s", name, strings.Join(caseNames(all), " "))
		default:
			chosen = append(chosen, all[i])
		}
	}
	return chosen, syncs, nil
}

func caseNames(all []Case) (names []string) {
	for _, k := range all {
		names = append(names, k.Name)
	}
	return append(names, syncCase)
}

func list(chosen []Case) {
	for _, k := range chosen {
		fmt.Printf("%-14s%s\n", k.Name, k.Title)
	}
	fmt.Printf("%-14s%s\n", syncCase, "What each program syncs to disk, for each 100 messages")
}

// printRoom prints what the hungriest of the cases needs, with a reserve.
func printRoom(chosen []Case) {
	var most int64
	for _, k := range chosen {
		most = max(most, k.room())
	}
	fmt.Println(512 + most>>20)
}
