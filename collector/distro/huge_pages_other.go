//go:build !linux

package distro

// UseHugePages has no effect.
func UseHugePages() {}
