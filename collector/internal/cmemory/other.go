//go:build !linux || !cgo

package cmemory

// Bound does nothing on this platform.
func Bound() {}
