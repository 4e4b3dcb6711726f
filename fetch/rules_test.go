package fetch

import "popfetch/fetch/rule"

// What tests write most often, in short.
type (
	Rules  = rule.Rules
	Delete = rule.Delete
	Start  = rule.Start
	When   = rule.When
)

const (
	Owed       = rule.Owed
	Never      = rule.Never
	AtOnce     = rule.AtOnce
	AfterWhile = rule.AfterWhile
)
