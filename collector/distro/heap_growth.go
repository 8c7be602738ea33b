package distro

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapGoal is how large the heap may grow by gcPercent of what is live. Batches that
	// wait for a slow store are live: three times their memory would be used.
	heapGoal = 256 << 20
	// minGCPercent is by how much a larger heap grows: less needs more collections, and did
	// not need less memory.
	minGCPercent = 100
	// gcPercentStep keeps the percentage from being set after each collection, for which
	// the program stops.
	gcPercentStep = 25
)

// growthOf is the percentage by which a heap may grow of which so many bytes are live.
func growthOf(live uint64) int {
	if live == 0 {
		return gcPercent
	}
	room := max(0, heapGoal-int64(live)) * 100 / int64(live)
	return int(min(max(room, minGCPercent), gcPercent)) / gcPercentStep * gcPercentStep
}

// BoundHeap limits the growth of a large heap, after each collection, until stop is called.
// What GOGC in the environment says, stays.
func BoundHeap() (stop func()) {
	if _, set := os.LookupEnv("GOGC"); set {
		return func() {}
	}
	collected, done := make(chan struct{}, 1), make(chan struct{})
	go func() {
		percent := gcPercent
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for {
			afterCollection(collected)
			select {
			case <-done:
				return
			case <-collected:
			}
			metrics.Read(live)
			if p := growthOf(live[0].Value.Uint64()); p != percent {
				percent = p
				debug.SetGCPercent(p)
			}
		}
	}()
	return func() { close(done) }
}

// afterCollection sends when the next collection has ended.
func afterCollection(collected chan<- struct{}) {
	marker := new([16]byte)
	runtime.AddCleanup(marker, func(collected chan<- struct{}) {
		select {
		case collected <- struct{}{}:
		default:
		}
	}, collected)
}
