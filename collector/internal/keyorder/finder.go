// Package keyorder finds what is known of attribute keys. Spans of one kind have
// their attributes in one order, so the key that followed the last time is tried
// first: a comparison, where a map takes a hash and a search.
package keyorder

import (
	"strings"
	"sync"
)

// Bounds of what a finder remembers: more than the distinct keys of any service,
// and longer. A sender that invents keys pays with time, not with memory.
const (
	maxKeys   = 1024
	maxLength = 256
)

// Finder gives the meaning of keys. It serves one goroutine at a time; it is
// worth keeping from batch to batch.
type Finder[T any] struct {
	meaning func(key string) T
	known   map[string]*entry[T]

	first entry[T] // stands before the first key of a span
	other entry[T] // means every key that is not remembered
	last  *entry[T]
}

type entry[T any] struct {
	key     string
	meaning T
	next    *entry[T] // what followed the last time, nil at first
}

// New returns a finder of what meaning says of a key.
func New[T any](meaning func(key string) T) *Finder[T] {
	f := &Finder[T]{meaning: meaning, known: make(map[string]*entry[T])}
	f.Begin()
	return f
}

// Begin starts a span.
func (f *Finder[T]) Begin() { f.last = &f.first }

// Find gives the meaning of the span's next key.
func (f *Finder[T]) Find(key string) T {
	if next := f.last.next; next != nil && next.key == key {
		f.last = next
		return next.meaning
	}
	return f.search(key)
}

func (f *Finder[T]) search(key string) T {
	e := f.known[key]
	if e == nil {
		if len(f.known) >= maxKeys || len(key) > maxLength {
			f.last = &f.other
			return f.meaning(key)
		}
		key = Shared(key)
		e = &entry[T]{key: key, meaning: f.meaning(key)}
		f.known[key] = e
	}
	f.last.next = e
	f.last = e
	return e.meaning
}

// Shared returns a copy of a key, the same for all callers if the process has few keys.
// Equal texts at one address are compared without reading them. The copy does not hold the
// memory of a request.
func Shared(key string) string { return shared.copyOf(key) }

var shared table

// table has one copy of each key.
type table struct {
	mu   sync.Mutex
	keys map[string]string // guarded by mu
}

func (t *table) copyOf(key string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.keys[key]; ok {
		return known
	}
	key = strings.Clone(key)
	if len(t.keys) < maxKeys && len(key) <= maxLength {
		if t.keys == nil {
			t.keys = make(map[string]string)
		}
		t.keys[key] = key
	}
	return key
}
