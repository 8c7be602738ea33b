package costledgerexporter

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
)

// numbered is an item of n calls, other than that of every other number.
func numbered(t *testing.T, number, n int) (wire.Item, []byte) {
	t.Helper()
	it := wire.Item{Calls: make([]ledger.Call, n), Letters: []string{"a letter"}}
	for i := range it.Calls {
		it.Calls[i].StatusCode = number
	}
	data, err := wire.Append(nil, &it)
	require.NoError(t, err)
	return it, data
}

func TestRowCache_AnItemIsReturnedOnce(t *testing.T) {
	m := newMemory()
	first, firstData := numbered(t, 1, 3)
	second, secondData := numbered(t, 2, 3)
	m.remember(firstData, first)
	m.remember(secondData, second)

	got, ok := m.recall(append([]byte(nil), secondData...)) // as read from the disk
	require.True(t, ok)
	require.Same(t, &second.Calls[0], &got.Calls[0], "the rows themselves")
	require.Equal(t, second, got)
	_, ok = m.recall(secondData)
	require.False(t, ok, "its rows may have changed since")

	got, ok = m.recall(firstData)
	require.True(t, ok)
	require.Equal(t, first, got)
	require.Zero(t, m.rows)
}

func TestRowCache_OfTwoEqualItemsEachIsReturned(t *testing.T) {
	m := newMemory()
	it, data := numbered(t, 1, 3)
	m.remember(data, it)
	m.remember(data, it)
	for _, want := range []bool{true, true, false} {
		_, ok := m.recall(data)
		require.Equal(t, want, ok)
	}
}

func TestRowCache_OnlyItemsQueuedHereAreReturned(t *testing.T) {
	m := newMemory()
	it, data := numbered(t, 1, 3)
	m.remember(data, it)
	for name, other := range map[string][]byte{
		"nothing":         nil,
		"less":            data[:len(data)-1],
		"more":            append(append([]byte(nil), data...), 0),
		"one byte is off": append(append([]byte(nil), data[:len(data)-1]...), data[len(data)-1]^1),
	} {
		_, ok := m.recall(other)
		require.False(t, ok, name)
	}
	_, ok := newMemory().recall(data)
	require.False(t, ok, "another process")
}

func TestRowCache_IsBounded(t *testing.T) {
	m := newMemory()
	const n = maxRemembered / 4
	var all [][]byte
	for i := range 10 {
		it, data := numbered(t, i, n)
		m.remember(data, it)
		all = append(all, data)
		require.LessOrEqual(t, m.rows, maxRemembered)
	}
	huge, data := numbered(t, 99, maxRemembered)
	m.remember(data, huge) // with its letter one row too many
	_, ok := m.recall(data)
	require.False(t, ok)
	for i, data := range all {
		_, ok := m.recall(data)
		require.Equal(t, i >= 7, ok, "the oldest are forgotten, %d", i)
	}
}
