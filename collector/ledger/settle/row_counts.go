package settle

import (
	"hash/maphash"
	"iter"
	"math"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// RowCounts counts the rows of about the last hour, by trace or response id. Its memory,
// 2 MB, does not depend on their number: ids share slots, so that a count can be too high,
// by some hundred at 100,000 rows a second.
type RowCounts struct {
	seed maphash.Seed

	mu     sync.Mutex
	counts [1 << 20]uint16 // guarded by mu
	halved time.Time       // guarded by mu
}

// NewRowCounts starts at zero.
func NewRowCounts() *RowCounts { return &RowCounts{seed: maphash.MakeSeed(), halved: time.Now()} }

// Large adds a row of each trace and returns the traces that now have more rows than
// limit.
func (r *RowCounts) Large(traces iter.Seq[ledger.TraceID], limit int) (large map[ledger.TraceID]bool) {
	r.each(func(add func(hash uint64, rows int) int) {
		for trace := range traces {
			if add(maphash.Bytes(r.seed, trace[:]), 1) > limit {
				if large == nil {
					large = make(map[ledger.TraceID]bool)
				}
				large[trace] = true
			}
		}
	})
	return large
}

// addTrace adds rows of a trace.
func (r *RowCounts) addTrace(trace ledger.TraceID, rows int) {
	r.each(func(add func(hash uint64, rows int) int) { add(maphash.Bytes(r.seed, trace[:]), rows) })
}

// each calls see with a function that adds rows and returns how many there are now.
func (r *RowCounts) each(see func(add func(hash uint64, rows int) int)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); now.Sub(r.halved) > time.Hour {
		r.halved = now
		for i := range r.counts {
			r.counts[i] /= 2
		}
	}
	see(r.add)
}

func (r *RowCounts) add(hash uint64, rows int) int {
	c := &r.counts[hash%uint64(len(r.counts))]
	n := int(*c) + rows
	*c = uint16(min(n, math.MaxUint16))
	return n
}
