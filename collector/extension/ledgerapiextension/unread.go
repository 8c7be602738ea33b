package ledgerapiextension

import (
	"slices"
	"sync"

	"github.com/spanledger/spanledger/collector/internal/unreadspans"
)

// unread are the spans that the processors in this collector have not read.
type unread struct {
	mu   sync.Mutex
	read []*func() []unreadspans.Count
}

// WatchUnread implements unreadspans.Watcher: normalizers call it when they start.
func (a *api) WatchUnread(read func() []unreadspans.Count) (forget func()) {
	return a.unread.watch(&read)
}

func (u *unread) watch(read *func() []unreadspans.Count) (forget func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.read = append(u.read, read)
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.read = slices.DeleteFunc(u.read, func(r *func() []unreadspans.Count) bool { return r == read })
	}
}

// counts are those of all processors, false where there is no processor.
func (u *unread) counts() (all []unreadspans.Count, known bool) {
	u.mu.Lock()
	read := slices.Clone(u.read)
	u.mu.Unlock()
	for _, r := range read {
		all = append(all, (*r)()...)
	}
	return all, len(read) > 0
}
