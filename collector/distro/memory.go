package distro

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/spanledger/spanledger/collector/ledger/duckdb"
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

// Limits of a process that also has the store: with the program's file, of which up to
// 70 MB are in memory, they are some 500 MB.
const (
	embeddedLimit = 224 << 20 // of Go's memory, soft
	storeLimit    = "192MB"   // DuckDB's
)

// BoundMemory lowers the limits for a process that also has the store, before that is
// opened. What GOMEMLIMIT in the environment and the path of the store say, stays.
func BoundMemory() {
	duckdb.LimitMemory(storeLimit)
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set && debug.SetMemoryLimit(-1) > embeddedLimit {
		debug.SetMemoryLimit(embeddedLimit)
	}
}
