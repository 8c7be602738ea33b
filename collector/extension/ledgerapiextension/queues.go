package ledgerapiextension

import (
	"slices"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// queues are those of the exporters in this collector.
type queues struct {
	mu   sync.Mutex
	read []*func() queuestate.State
}

// WatchQueue implements queuestate.Watcher: exporters of the ledger call it when
// they start.
func (a *api) WatchQueue(read func() queuestate.State) (forget func()) { return a.queues.watch(&read) }

func (q *queues) watch(read *func() queuestate.State) (forget func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.read = append(q.read, read)
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.read = slices.DeleteFunc(q.read, func(r *func() queuestate.State) bool { return r == read })
	}
}

// states are in the order of the exporters' names, traces before logs.
func (q *queues) states() []queuestate.State {
	q.mu.Lock()
	read := slices.Clone(q.read)
	q.mu.Unlock()
	out := make([]queuestate.State, len(read))
	for i, r := range read {
		out[i] = (*r)()
	}
	rowsort.StableFunc(out, func(a, b queuestate.State) int {
		if c := strings.Compare(a.Exporter, b.Exporter); c != 0 {
			return c
		}
		return strings.Compare(b.Signal, a.Signal)
	})
	return out
}
