//go:build unix && !linux

package trusted

func isMountPoint(string) bool { return false }

func isNFS(string) bool { return false }

func hasNoModes(string) bool { return false }
