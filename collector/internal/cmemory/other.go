//go:build !linux || !cgo

package cmemory

import "context"

// Bound does nothing on this platform.
func Bound() {}

// Trim does nothing on this platform.
func Trim(context.Context) {}
