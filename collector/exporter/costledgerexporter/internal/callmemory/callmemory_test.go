package callmemory_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/ledger"
)

func TestNew_HasRoomAndWastesLittle(t *testing.T) {
	edges := []int{0, 1, 63, 64, 65, 80, 81, 127, 128, 129, 16_383, 16_384, 16_385, 20_000}
	for n := 150; n < 16_000; n += n / 7 {
		edges = append(edges, n, n/64*64, n/64*64+1)
	}
	for _, n := range edges {
		room := callmemory.New(n).Calls()
		require.Empty(t, room)
		require.GreaterOrEqual(t, cap(room), n)
		if n >= 64 && n <= 16_384 {
			require.LessOrEqual(t, cap(room), n+n/4+1, "for %d calls", n)
		} else {
			require.Equal(t, n, cap(room))
		}
	}
}

func TestStored_TheMemoryIsUsedAgainWhenTheLastCallIsStored(t *testing.T) {
	const n = 200
	first := callmemory.New(n)
	calls := append(first.Calls(), make([]ledger.Call, n)...)
	calls[0].User = "someone"
	memory := first.Holds(calls)
	require.NotNil(t, memory)
	memory.Stored(0)
	memory.Stored(n - 1)
	require.Equal(t, "someone", calls[0].User, "one call is not stored")
	memory.Stored(1)
	require.Empty(t, calls[0].User, "nothing holds on to what was stored")
}

func TestHolds_NothingThatMovedOrIsSmall(t *testing.T) {
	b := callmemory.New(200)
	more := append(b.Calls(), make([]ledger.Call, cap(b.Calls())+1)...)
	require.Nil(t, b.Holds(more), "the calls are elsewhere")
	require.Nil(t, callmemory.New(200).Holds(nil), "no call is ever stored")
	small := callmemory.New(3)
	require.Nil(t, small.Holds(append(small.Calls(), ledger.Call{})))
	var none *callmemory.Block
	require.Nil(t, none.Holds(nil))
	none.Stored(1)
}

// A block is zero and has one owner, whatever others store at the same time, in pieces of
// any size.
func TestBlocks_AreNeverShared(t *testing.T) {
	var wg sync.WaitGroup
	for seed := range uint64(4) {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, 1))
			for range 50 {
				n := 64 + random.IntN(600)
				b := callmemory.New(n)
				calls := b.Calls()
				if i := slices.IndexFunc(calls[:cap(calls)], func(c ledger.Call) bool { return c.Attempt != 0 }); i >= 0 {
					t.Errorf("call %d of a new block is not zero", i)
				}
				for range n {
					calls = append(calls, ledger.Call{Attempt: int(seed) + 1})
				}
				memory := b.Holds(calls)
				for len(calls) > 0 {
					if i := slices.IndexFunc(calls, func(c ledger.Call) bool { return c.Attempt != int(seed)+1 }); i >= 0 {
						t.Errorf("call %d was changed by another", i)
					}
					part := 1 + random.IntN(len(calls))
					calls = calls[part:]
					memory.Stored(part)
				}
			}
		})
	}
	wg.Wait()
}
