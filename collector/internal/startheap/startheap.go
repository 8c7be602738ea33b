// Package startheap lets a program that imports it allocate 16 MB before garbage is collected
// for the first time. Most commands end before that, with 6 to 10 MB in use; Go's default is
// to collect at 4 MB, in the middle of the start.
//
// It does so while packages are initialised, before those that are initialised later, by the
// order of their paths, allocate 3 MB.
package startheap

import (
	"os"
	"runtime"
	"runtime/debug"
)

// firstPercent lets the heap grow to this share of 4 MB, Go's minimum, before the first collection.
const firstPercent = 400

func init() { Postpone() }

// Postpone applies until the first collection ends; from then on, Go's default does. What
// GOGC in the environment says, and a percentage that is set meanwhile, stay.
func Postpone() {
	if _, set := os.LookupEnv("GOGC"); set {
		return
	}
	usual := debug.SetGCPercent(firstPercent)
	runtime.AddCleanup(new([16]byte), func(usual int) {
		if p := debug.SetGCPercent(usual); p != firstPercent {
			debug.SetGCPercent(p)
		}
	}, usual)
}
