package clickhouse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// bills are written as they come and read as they were, by the store and by
// SQL, however they lie in between.
var bills = []struct {
	name  string
	usage usage.Counts
	items string
}{
	{"none", usage.Counts{usage.Input: 1}, ""},
	{"quantities that the usage gives", usage.Counts{usage.Input: 6100, usage.CacheRead: 3000, usage.CacheWrite: 100, usage.Output: 500},
		`[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},{"kind":"cache_read","quantity":3000,"rate_usd":"0.025","per":1000000,"cost_usd":"0.000075"},{"kind":"output","quantity":500,"rate_usd":"2","per":1000000,"cost_usd":"0.001"}]`},
	{"quantities of their own, and a multiplier", usage.Counts{usage.Input: 100, usage.AudioInput: 40, usage.WebSearches: 3},
		`[{"kind":"input","quantity":60,"rate_usd":"0.5","per":1000000,"multiplier":"0.5","cost_usd":"0.000015"},{"kind":"input_audio","quantity":40,"rate_usd":"0.0000001","per":1000000,"cost_usd":"0.000000000004"},{"kind":"web_search","quantity":3,"rate_usd":"10","per":1000,"cost_usd":"0.03"}]`},
	{"large figures", usage.Counts{usage.Output: 9_000_000_000_000},
		`[{"kind":"output","quantity":9000000000000,"rate_usd":"75","per":1000000,"cost_usd":"675000000"}]`},
	{"nothing used", usage.Counts{}, `[{"kind":"output","quantity":0,"rate_usd":"75","per":1000000,"cost_usd":"0"}]`},
	{"hours, which are not tenths", usage.Counts{},
		`[{"kind":"gpu_time","quantity":1000,"rate_usd":"2.5","per":3600000,"cost_usd":"0.0006944444444444444"}]`},
	{"an amount that is another", usage.Counts{usage.Output: 1}, `[{"kind":"output","quantity":1,"rate_usd":"1","per":1000000,"cost_usd":"0.000002"}]`},
	{"a form of somebody else", usage.Counts{}, `[{"unit":"input"}]`},
	{"digits that would be lost", usage.Counts{usage.Output: 1},
		`[{"kind":"output","quantity":1,"rate_usd":"0.00000000000001","per":1000000,"cost_usd":"0"}]`},
}

func TestLineItems_BillsComeBackToTheByte(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	trace := ledger.TraceID{1}
	start := time.Now().UTC().Truncate(time.Second)
	var batch ledger.Batch
	for i, bill := range bills {
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: trace, SpanID: ledger.SpanID{7: byte(i + 1)}, Start: start.Add(time.Duration(i)), Received: start,
			Usage: bill.usage, Cost: ledger.Cost{LineItems: bill.items}, Billable: true,
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))
	read, err := store.Trace(t.Context(), trace)
	require.NoError(t, err)
	require.Len(t, read.Calls, len(bills))
	for i, bill := range bills {
		require.Equal(t, bill.items, read.Calls[i].Cost.LineItems, bill.name)
		sql, err := server.Query(t.Context(), "SELECT cost_line_items FROM "+database+".llm_calls WHERE span_id = '"+batch.Calls[i].SpanID.String()+"' FORMAT TSVRaw")
		require.NoError(t, err)
		require.Equal(t, bill.items, sql, bill.name)
	}
	apart, err := server.Query(t.Context(), "SELECT countIf(cost_rates != ''), countIf(notEmpty(cost_quantities)), countIf(cost_line_items != '') FROM "+database+".llm_call_rows")
	require.NoError(t, err)
	require.Equal(t, "4\t1\t4", apart, "the bills that our own prices make are taken apart")
}

func TestLineItems_ARenderedBillIsTakenApart(t *testing.T) {
	one := udecimal.MustFromInt64(1, 0)
	for _, rate := range []string{"0", "0.05", "2.5", "75", "0.0125", "0.00000375"} {
		for _, multiplier := range []udecimal.Decimal{one, udecimal.MustParse("0.5"), udecimal.MustParse("1.1")} {
			r := udecimal.MustParse(rate)
			share := udecimal.MustParse("0.000001")
			line := pricing.Line{Kind: "output", Quantity: 1234567, Rate: r, Per: 1_000_000, Multiplier: multiplier}
			line.Amount = udecimal.MustFromInt64(line.Quantity, 0).Mul(share).Mul(r).Mul(multiplier)
			items := string(pricing.AppendLines(nil, []pricing.Line{line}))
			got, apart := clickhouse.SplitAndJoin(items, usage.Counts{usage.Output: 1234567})
			require.True(t, apart, items)
			require.Equal(t, items, got)
		}
	}
}

// TestLineItems_ABillIsTakenApartAlikeWhateverCameBefore: bills of cards seen lately are read
// another way.
func TestLineItems_ABillIsTakenApartAlikeWhateverCameBefore(t *testing.T) {
	var used clickhouse.Splitter
	for range 3 {
		for _, bill := range bills {
			for n := range 20 { // more cards than are tried
				items := strings.Replace(bill.items, `"rate_usd":"`, `"rate_usd":"`+strings.Repeat("1", n%10), 1)
				var fresh clickhouse.Splitter
				rates, quantities, apart := fresh.Split(items, bill.usage)
				gotRates, gotQuantities, gotApart := used.Split(items, bill.usage)
				require.Equal(t, rates, gotRates, items)
				require.Equal(t, quantities, gotQuantities, items)
				require.Equal(t, apart, gotApart, items)
			}
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	const items = `[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},` +
		`{"kind":"cache_read","quantity":3000,"rate_usd":"0.025","per":1000000,"cost_usd":"0.000075"},` +
		`{"kind":"output","quantity":500,"rate_usd":"2","per":1000000,"cost_usd":"0.001"}]`
	var s clickhouse.Splitter
	b.ReportAllocs()
	for b.Loop() {
		if _, _, apart := s.Split(items, usage.Counts{usage.Input: 6000, usage.CacheRead: 3000, usage.Output: 500}); !apart {
			b.Fatal("not taken apart")
		}
	}
}

func FuzzBills(f *testing.F) {
	for _, bill := range bills {
		f.Add(bill.items, bill.usage[usage.Input], bill.usage[usage.CacheRead], bill.usage[usage.Output])
	}
	f.Fuzz(func(t *testing.T, items string, input, cached, output int64) {
		usage := usage.Counts{usage.Input: input, usage.CacheRead: cached, usage.Output: output}
		got, apart := clickhouse.SplitAndJoin(items, usage)
		if apart {
			require.Equal(t, items, got)
		}
		var used clickhouse.Splitter
		for _, bill := range bills {
			used.Split(bill.items, bill.usage)
		}
		for range 2 {
			_, _, again := used.Split(items, usage)
			require.Equal(t, apart, again)
		}
	})
}
