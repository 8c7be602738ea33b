package duckdb

import (
	"math/rand/v2"
	"testing"
)

func TestFingerprints_NeverSayNoWrongly(t *testing.T) {
	const n = 200_000
	random := rand.New(rand.NewPCG(1, 1))
	var set fingerprints
	if set.has(0) {
		t.Fatal("an empty set has something")
	}
	added := make([]uint64, n)
	for i := range added {
		added[i] = random.Uint64()
		if i%100 == 0 {
			added[i] &^= 1<<32 - 1 // prints that are zero
		}
		set.add(added[i])
	}
	for _, hash := range added {
		if !set.has(hash) {
			t.Fatalf("%x was added", hash)
		}
	}
	wrong := 0
	for range n {
		if set.has(random.Uint64()) {
			wrong++
		}
	}
	if wrong > 2 { // 0.01 are expected
		t.Errorf("%d of %d hashes that were not added are there", wrong, n)
	}
	slots := 0
	for _, s := range set.shards {
		slots += len(s.slots)
	}
	if bytes := float64(4*slots) / float64(set.count); bytes > 11 {
		t.Errorf("%.1f bytes a hash, want at most 11", bytes)
	}
}
