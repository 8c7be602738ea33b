package duckdb

// shards is how many tables a set of fingerprints has: each grows by itself, so
// that no growth takes long. With 32 bits in each there are 2^42 different hashes: of
// ten million lookups in a set of a million, about two are found wrongly.
const shards = 1 << 10

// fingerprints is a set of hashes in 6 to 11 bytes each. It never says no
// wrongly.
type fingerprints struct {
	shards []shard // nil until the first is added
	count  int
}

// shard is a table with open addressing. Zero is a free slot.
type shard struct {
	slots []uint32 // a power of two of them
	used  int
}

func split(hash uint64) (shard int, print uint32) {
	print = uint32(hash)
	if print == 0 {
		print = 1
	}
	return int(hash >> 54), print
}

func (f *fingerprints) add(hash uint64) {
	if f.shards == nil {
		f.shards = make([]shard, shards)
	}
	at, print := split(hash)
	if f.shards[at].add(print) {
		f.count++
	}
}

func (f *fingerprints) has(hash uint64) bool {
	if f.count == 0 {
		return false
	}
	at, print := split(hash)
	s := &f.shards[at]
	if s.used == 0 {
		return false
	}
	return s.slots[s.find(print)] != 0
}

// find is the slot of a print, or the free one that it would take.
func (s *shard) find(print uint32) int {
	mask := len(s.slots) - 1
	i := int(print) & mask
	for s.slots[i] != 0 && s.slots[i] != print {
		i = (i + 1) & mask
	}
	return i
}

func (s *shard) add(print uint32) bool {
	if 4*(s.used+1) > 3*len(s.slots) {
		old := s.slots
		s.slots = make([]uint32, max(16, 2*len(old)))
		for _, p := range old {
			if p != 0 {
				s.slots[s.find(p)] = p
			}
		}
	}
	i := s.find(print)
	if s.slots[i] != 0 {
		return false
	}
	s.slots[i] = print
	s.used++
	return true
}
