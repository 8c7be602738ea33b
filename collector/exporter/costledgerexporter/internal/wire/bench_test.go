package wire_test

import (
	"fmt"
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// BenchmarkItem brings the rows of one export into the queue on disk, and back.
func BenchmarkItem(b *testing.B) {
	item := wire.Item{Calls: withBills(ledgertest.RandomCalls(1000, 1))}
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

// withBills gives each call a bill of one of two prices.
func withBills(calls []ledger.Call) []ledger.Call {
	for i := range calls {
		n, rate := calls[i].Usage[usage.Output]+1, `[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},{"kind":"output","quantity":%d,"rate_usd":"2","per":1000000,"cost_usd":"%s"}]`
		amount := udecimal.MustFromInt64(n*2, 6)
		if i%2 == 0 {
			rate = `[{"kind":"input","quantity":3000,"rate_usd":"3","per":1000000,"cost_usd":"0.009"},{"kind":"output","quantity":%d,"rate_usd":"15","per":1000000,"cost_usd":"%s"}]`
			amount = udecimal.MustFromInt64(n*15, 6)
		}
		calls[i].Cost.Bill = ledger.ReadBill(fmt.Sprintf(rate, n, amount))
	}
	return calls
}

func perRow(b *testing.B, item *wire.Item) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(item.Calls)), "ns/row")
}
