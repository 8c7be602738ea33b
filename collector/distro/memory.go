package distro

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// What the collector lets its heap grow by before it collects garbage. The Go
// default of 100 suits a large live heap; the collector's is small next to what
// passes through it, and a collection costs as much as the live heap is large.
const gcPercent = 200

// softLimitShare of the memory of the container or, without one, of the machine:
// from there on garbage is collected as often as it takes. memory_limiter, as
// configured here, refuses spans at 0.55.
const softLimitShare = 0.5

// TuneMemory trades memory for fewer garbage collections, in a process that is
// the collector's. What GOGC or GOMEMLIMIT in the environment says, stays.
func TuneMemory() error {
	available := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)
	// Set respects GOMEMLIMIT.
	if _, err := memlimit.Set(memlimit.WithProvider(available), memlimit.WithRatio(softLimitShare)); err != nil {
		return err // without a limit a larger heap may not fit
	}
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	return nil
}

// embeddedLimit is the soft limit of Go's memory in a process that also has the
// store. The store's own limit is 144 MB, of which it uses what its file and its
// questions need; of the program's file up to 70 MB are in memory.
const embeddedLimit = 192 << 20

// BoundMemory lowers the soft limit for a process that also has the store. What
// GOMEMLIMIT in the environment says, stays.
func BoundMemory() {
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set && debug.SetMemoryLimit(-1) > embeddedLimit {
		debug.SetMemoryLimit(embeddedLimit)
	}
}
