package duckdb

// maxHashes is how many places a byHash grows to.
const maxHashes = 1 << 20

// byHash holds values by hashes of 64 bits, with fewer bytes than a map.
type byHash[V any] struct {
	places []hashed[V]
	used   int
	limit  int // of places; a power of two
}

type hashed[V any] struct {
	key   uint64
	value V
}

// at is the value of a hash, which is new unless known. ok is false if no further one fits.
func (h *byHash[V]) at(key uint64) (value *V, known, ok bool) {
	if 4*h.used >= 3*len(h.places) && !h.grow() {
		return nil, false, false
	}
	p := h.place(key)
	if p.key != 0 {
		return &p.value, true, true
	}
	h.used++
	p.key = max(1, key)
	return &p.value, false, true
}

// find is the value of a hash; nil without one.
func (h *byHash[V]) find(key uint64) *V {
	if len(h.places) == 0 {
		return nil
	}
	if p := h.place(key); p.key != 0 {
		return &p.value
	}
	return nil
}

// place is where a hash is, or would be.
func (h *byHash[V]) place(key uint64) *hashed[V] {
	key = max(1, key) // 0 is a place without one
	for at := key; ; at++ {
		if p := &h.places[at&uint64(len(h.places)-1)]; p.key == 0 || p.key == key {
			return p
		}
	}
}

func (h *byHash[V]) grow() bool {
	const least = 1 << 10
	old := h.places
	if len(old) >= h.limit {
		return false
	}
	h.places = make([]hashed[V], min(h.limit, max(least, 2*len(old))))
	for i := range old {
		if old[i].key != 0 {
			*h.place(old[i].key) = old[i]
		}
	}
	return true
}

// hashShare is one of several shares of all hashes, which are looked at one after the other if
// not all of them fit into memory.
type hashShare struct{ place, of uint64 }

func (s hashShare) has(key uint64) bool { return s.of == 1 || key>>32%s.of == s.place }
