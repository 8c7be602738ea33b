package runtree_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/runtree"
)

type span = runtree.Span[int]

func placesOf(spans []span) []runtree.Place {
	return runtree.Places(len(spans), func(i int32) span { return spans[i] })
}

func TestPlaces_EachRule(t *testing.T) {
	root := span{ID: 1, Start: 0, End: 100}
	for name, tt := range map[string]struct {
		spans []span
		want  []runtree.Place
	}{
		"nothing":  {nil, []runtree.Place{}},
		"a parent": {[]span{root, {ID: 2, Parent: 1, Start: 500, End: 600}}, []runtree.Place{{-1, false}, {0, false}}},
		"the deepest that encloses it": {
			[]span{root, {ID: 2, Parent: 1, Start: 10, End: 50}, {ID: 3, Parent: 9, Start: 20, End: 30}},
			[]runtree.Place{{-1, false}, {0, false}, {1, true}},
		},
		"several enclose it": {
			[]span{root, {ID: 2, Parent: 1, Start: 10, End: 50}, {ID: 4, Parent: 1, Start: 11, End: 50}, {ID: 3, Parent: 9, Start: 20, End: 30}},
			[]runtree.Place{{-1, false}, {0, false}, {0, false}, {0, true}},
		},
		"none encloses it": {
			[]span{root, {ID: 3, Parent: 9, Start: 20, End: 130}}, []runtree.Place{{-1, false}, {-1, true}},
		},
		"a call encloses it": {
			[]span{{ID: 1, End: 100, Leaf: true}, {ID: 3, Parent: 9, Start: 20, End: 30}}, []runtree.Place{{-1, false}, {-1, true}},
		},
		"siblings": {
			[]span{{ID: 1, Parent: 9, End: 100}, {ID: 3, Parent: 9, Start: 20, End: 30}}, []runtree.Place{{-1, true}, {-1, true}},
		},
		"below another whose parent is missing": {
			[]span{{ID: 1, Parent: 8, End: 100}, {ID: 3, Parent: 9, Start: 20, End: 30}}, []runtree.Place{{-1, true}, {0, true}},
		},
		"the same time": {
			[]span{{ID: 3, Parent: 9, End: 100}, root}, []runtree.Place{{1, true}, {-1, false}},
		},
		"its own parent": {[]span{{ID: 1, Parent: 1}}, []runtree.Place{{-1, true}}},
		"a circle, and a span below it": {
			[]span{{ID: 5, Parent: 2}, {ID: 1, Parent: 2, Start: 1}, {ID: 2, Parent: 1, Start: 2}},
			[]runtree.Place{{2, false}, {-1, true}, {1, false}},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, placesOf(tt.spans)) })
	}
}

// slowHost looks at all spans of each level.
func slowHost(spans []span, above []int32, placed []bool, stray span) int32 {
	for host := int32(-1); ; {
		var enclosing []int32
		for i, s := range spans {
			if placed[i] && above[i] == host && !s.Leaf && s.Parent != stray.Parent && s.Start <= stray.Start && s.End >= stray.End {
				enclosing = append(enclosing, int32(i))
			}
		}
		if len(enclosing) != 1 {
			return host
		}
		host = enclosing[0]
	}
}

func TestPlaces_AreThoseOfASearchThroughAllSpans(t *testing.T) {
	adopted, below := 0, 0
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 1 + rnd.IntN(60)
		spans := make([]span, n)
		for i := range spans {
			s := span{ID: i + 1, Start: int64(rnd.IntN(40)), Leaf: rnd.IntN(3) == 0}
			s.End = s.Start + int64(rnd.IntN(60)/(1+rnd.IntN(20)))
			switch rnd.IntN(4) {
			case 0:
				s.Parent = 1000 + rnd.IntN(4) // missing
			case 1, 2:
				s.Parent = rnd.IntN(i + 1)
			}
			spans[i] = s
		}
		slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
		at := make(map[int]int32)
		for i, s := range spans {
			at[s.ID] = int32(i)
		}
		want, placed := make([]runtree.Place, n), make([]bool, n)
		above := make([]int32, n)
		for i, s := range spans {
			parent, known := at[s.Parent]
			if !known {
				parent = -1
			}
			above[i], placed[i] = parent, known || s.Parent == 0
		}
		for i, s := range spans {
			if !placed[i] {
				above[i], placed[i] = slowHost(spans, above, placed, s), true
				want[i].Adopted = true
			}
			want[i].Above = above[i]
		}
		got := placesOf(spans)
		require.Equal(t, want, got, "seed %d: %v", seed, spans)
		for _, p := range got {
			if p.Adopted {
				adopted++
				if p.Above >= 0 {
					below++
				}
			}
		}
	}
	assert.Greater(t, below, adopted/5)
}

func TestPlaces_CutsEachCircleOnceAndOnlyCircles(t *testing.T) {
	for seed := range uint64(1000) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		spans := make([]span, 1+rnd.IntN(30))
		for i := range spans {
			spans[i] = span{ID: i + 1, Parent: rnd.IntN(len(spans) + 1), Start: int64(i)}
		}
		cuts := 0
		for i, p := range placesOf(spans) {
			if p.Adopted {
				cuts++
				require.Equal(t, int32(-1), p.Above)
			} else {
				require.Equal(t, int32(spans[i].Parent-1), p.Above)
			}
		}
		require.Equal(t, circles(spans), cuts, "seed %d", seed)
	}
}

// circles counts the circles by their first spans.
func circles(spans []span) (n int) {
	for i := range spans {
		at := i
		for range spans {
			at = spans[at].Parent - 1
			if at <= i {
				break
			}
		}
		if at == i {
			n++
		}
	}
	return n
}

func TestPlaces_OfManySpansTakesLittleTime(t *testing.T) {
	const n = 300_000
	overlapping := make([]span, n)
	for i := range overlapping { // each starts and ends after the one before
		overlapping[i] = span{ID: i + 1, Parent: 2*n + i, Start: int64(i), End: int64(n + i)}
	}
	for _, p := range placesOf(overlapping) {
		require.Equal(t, runtree.Place{Above: -1, Adopted: true}, p)
	}
}
