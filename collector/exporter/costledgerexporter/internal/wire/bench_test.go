package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// BenchmarkItem brings the rows of one export into the queue on disk, and back.
func BenchmarkItem(b *testing.B) {
	item := wire.Item{Calls: ledgertest.RandomCalls(1000, 1)}
	data, err := wire.Append(nil, &item)
	require.NoError(b, err)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, 0, 2*len(data))
		for b.Loop() {
			if _, err := wire.Append(buf, &item); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b, &item)
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.Decode(data); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b, &item)
	})
}

func perRow(b *testing.B, item *wire.Item) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(item.Calls)), "ns/row")
}
