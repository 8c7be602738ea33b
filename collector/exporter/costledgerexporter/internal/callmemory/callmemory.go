// Package callmemory uses the memory of calls again once they are stored. A call has more
// than a kilobyte, which is otherwise made zero, touched for the first time and searched for
// garbage for each of them.
package callmemory

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// smallest is the size of the smallest blocks, in calls, that are used again.
	smallest = 64
	// sizes is how many sizes there are, four for each power of two: the largest block has
	// room for 16,384 calls, 19 MB, and a quarter of a block at most is not used.
	sizes = 33
)

// pools are the free blocks of each size.
var pools [sizes]sync.Pool

// Block is memory for calls.
type Block struct {
	calls []ledger.Call // empty
	size  int           // place in pools
	held  atomic.Int64  // calls that are not stored yet
}

// sizeOf returns the smallest size that has room for n calls, and how many it has room for.
func sizeOf(n int) (size, room int) {
	doubled := bits.Len(uint(max(n-1, 0)) / smallest)
	if doubled == 0 {
		return 0, smallest
	}
	half := smallest << (doubled - 1) // less than n, of which there is room for twice as many
	quarters := (n - half + half/4 - 1) / (half / 4)
	return 4*(doubled-1) + quarters, half + quarters*half/4
}

// New returns a block with room for n calls. It is only used again after Holds.
func New(n int) *Block {
	size, room := sizeOf(n)
	switch {
	case spoils.Load():
		return &Block{calls: make([]ledger.Call, 0, n)}
	case n < smallest || size >= sizes:
		return &Block{calls: make([]ledger.Call, 0, n), size: sizes}
	}
	if b, ok := pools[size].Get().(*Block); ok {
		return b
	}
	return &Block{calls: make([]ledger.Call, 0, room), size: size}
}

// Calls are none, with room for as many as New was told. All that is in the room is zero.
func (b *Block) Calls() []ledger.Call { return b.calls }

// Holds says that the calls, which were added to Calls, are in use until Stored. It returns
// what Stored is to be called on, which is nil if the memory cannot be used again: the block
// is small, or more calls were added than there is room for.
func (b *Block) Holds(calls []ledger.Call) *Block {
	if b == nil || b.size == sizes || len(calls) == 0 || cap(calls) != cap(b.calls) {
		return nil
	}
	b.held.Store(int64(len(calls)))
	return b
}

// Stored says that n of the calls are stored, and that nothing reads them again. After the
// last of them the block is used for other calls.
func (b *Block) Stored(n int) {
	if b == nil || n == 0 || b.held.Add(-int64(n)) != 0 {
		return
	}
	room := b.calls[:cap(b.calls)]
	if spoils.Load() {
		for i := range room {
			room[i] = spoilt
		}
		return
	}
	clear(room)
	pools[b.size].Put(b)
}

var (
	spoils atomic.Bool
	spoilt = ledger.Call{
		TraceID: ledger.TraceID{0xde, 0xad}, SpanID: ledger.SpanID{0xde, 0xad}, User: "spoilt", Department: "spoilt",
		Application: "spoilt", RequestModel: "spoilt", Billable: true, Cost: ledger.Cost{Status: "spoilt"},
	}
)

// Spoil fills blocks of all sizes with other calls once their calls are stored, and uses none
// of them again: a test fails in which something reads what is stored.
func Spoil() { spoils.Store(true) }
