package settle

import (
	"hash/maphash"
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

// AddTrace adds rows of a trace and returns how many there are now.
func (r *RowCounts) AddTrace(trace ledger.TraceID, rows int) int {
	return r.add(maphash.Bytes(r.seed, trace[:]), rows)
}

func (r *RowCounts) addResponse(response string, rows int) int {
	return r.add(maphash.String(r.seed, response), rows)
}

func (r *RowCounts) add(hash uint64, rows int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); now.Sub(r.halved) > time.Hour {
		r.halved = now
		for i := range r.counts {
			r.counts[i] /= 2
		}
	}
	c := &r.counts[hash%uint64(len(r.counts))]
	n := int(*c) + rows
	*c = uint16(min(n, math.MaxUint16))
	return n
}
