package config

import "slices"

// overMerged puts a map's own keys over those that << merges into it.
func overMerged(fields []field) []field {
	own, merged := []field{}, []field{}
	for _, f := range fields {
		if f.merged {
			merged = append(merged, f)
		} else {
			own = append(own, f)
		}
	}
	return overrideFields(merged, own)
}

// overrideFields returns the strong fields, and of the weak ones those that no strong one
// overrides, by the key itself or by another of its group. Who says where the
// password is doesn't log in by an inherited oauth. A key that is taken back
// overrides only itself.
func overrideFields(weak, strong []field) []field {
	var all []field
	for _, f := range weak {
		overrides := []string{f.name}
		for _, group := range groups {
			if slices.Contains(group, f.name) {
				overrides = group
			}
		}
		if f.name == "oauth" {
			overrides = append(slices.Clone(passwords), f.name)
		}
		overridden := func(s field) bool {
			return s.name == f.name || !s.isTakenBack() && slices.Contains(overrides, s.name)
		}
		if !slices.ContainsFunc(strong, overridden) {
			all = append(all, f)
		}
	}
	return append(all, strong...)
}

// isTakenBack reports whether the key counts as not given, whatever the defaults
// say.
func (f field) isTakenBack() bool { return f.value.isWordNull() }

// givenFields returns the fields that aren't taken back.
func givenFields(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), field.isTakenBack)
}
