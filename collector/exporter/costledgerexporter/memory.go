package costledgerexporter

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
)

// maxRemembered bounds the rows that are in memory as well as in the queue on
// disk: a batch and what comes while it is written, some 25 MB. More would be read by
// every garbage collection for longer than it takes to decode them again.
const maxRemembered = 16 << 10

// memory holds the items that were written to the queue last. A store that keeps
// up takes an item within a second of its being queued: it need not be decoded.
type memory struct {
	seed maphash.Seed

	mu    sync.Mutex
	items []remembered // the oldest first
	rows  int          // of all of them
}

// remembered is an item by what its encoded form hashes to; none that was queued
// by another process has the same seed.
type remembered struct {
	hash uint64
	size int // bytes, encoded
	item wire.Item
}

func newMemory() *memory { return &memory{seed: maphash.MakeSeed()} }

func rowsOf(item *wire.Item) int {
	return len(item.Calls) + len(item.Spans) + len(item.Results) + len(item.Letters)
}

// remember keeps an item, and forgets the oldest where there is no room. Items
// that the queue in the end could not take go the same way.
func (m *memory) remember(data []byte, item wire.Item) {
	rows := rowsOf(&item)
	if m == nil || rows > maxRemembered {
		return
	}
	entry := remembered{hash: maphash.Bytes(m.seed, data), size: len(data), item: item}
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.rows+rows > maxRemembered {
		m.forget(0)
	}
	m.items = append(m.items, entry)
	m.rows += rows
}

// recall hands over the item that data encodes, once: its rows are changed by
// anyone who writes them.
func (m *memory) recall(data []byte) (wire.Item, bool) {
	if m == nil {
		return wire.Item{}, false
	}
	hash := maphash.Bytes(m.seed, data)
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.items {
		if e := &m.items[i]; e.hash == hash && e.size == len(data) {
			item := e.item
			m.forget(i)
			return item, true
		}
	}
	return wire.Item{}, false
}

func (m *memory) forget(i int) {
	m.rows -= rowsOf(&m.items[i].item)
	m.items = slices.Delete(m.items, i, i+1)
}
