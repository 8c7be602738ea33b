package rowsort_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

type row struct {
	key, place int
}

func byKey(a, b row) int { return cmp.Compare(a.key, b.key) }

func TestStableFunc_SortsAsSlicesDoes(t *testing.T) {
	for n := range 200 {
		rows := make([]row, n)
		for i := range rows {
			rows[i] = row{key: rand.IntN(10), place: i}
		}
		want := slices.Clone(rows)
		slices.SortStableFunc(want, byKey)
		rowsort.StableFunc(rows, byKey)
		assert.Equal(t, want, rows)
	}
}

func TestFunc_SortsAsSlicesDoes(t *testing.T) {
	for n := range 200 {
		rows := make([]row, n)
		for i, key := range rand.Perm(n) {
			rows[i].key = key
		}
		want := slices.Clone(rows)
		slices.SortFunc(want, byKey)
		rowsort.Func(rows, byKey)
		assert.Equal(t, want, rows)
	}
}

func TestLarge_SortsAsSlicesDoes(t *testing.T) {
	for n := range 200 {
		rows := make([]row, n)
		for i := range rows {
			rows[i] = row{key: rand.IntN(1 + n/3), place: i}
		}
		want := slices.Clone(rows)
		slices.SortStableFunc(want, byKey)
		rowsort.Large(rows, func(a, b *row) int { return byKey(*a, *b) })
		assert.Equal(t, want, rows)
	}
}
