package ledgertest

import (
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Bill is a bill that every store and queue gives back to the byte.
type Bill struct {
	Name  string
	Usage usage.Counts
	Text  string
	Typed bool // kept as rates and quantities
}

// Bills are such as prices make, and such as they never would.
var Bills = []Bill{
	{"none", usage.Counts{usage.Input: 1}, "", false},
	{"quantities that the usage gives", usage.Counts{usage.Input: 6100, usage.CacheRead: 3000, usage.CacheWrite: 100, usage.Output: 500},
		`[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},{"kind":"cache_read","quantity":3000,"rate_usd":"0.025","per":1000000,"cost_usd":"0.000075"},{"kind":"output","quantity":500,"rate_usd":"2","per":1000000,"cost_usd":"0.001"}]`, true},
	{"quantities of their own, and a multiplier", usage.Counts{usage.Input: 100, usage.AudioInput: 40, usage.WebSearches: 3},
		`[{"kind":"input","quantity":60,"rate_usd":"0.5","per":1000000,"multiplier":"0.5","cost_usd":"0.000015"},{"kind":"input_audio","quantity":40,"rate_usd":"0.0000001","per":1000000,"cost_usd":"0.000000000004"},{"kind":"web_search","quantity":3,"rate_usd":"10","per":1000,"cost_usd":"0.03"}]`, true},
	{"large figures", usage.Counts{usage.Output: 9_000_000_000_000},
		`[{"kind":"output","quantity":9000000000000,"rate_usd":"75","per":1000000,"cost_usd":"675000000"}]`, true},
	{"an amount beyond 64 bits of its smallest digit", usage.Counts{usage.Output: 9_000_000_000},
		`[{"kind":"output","quantity":9000000000,"rate_usd":"0.1234567890123","per":1000000,"cost_usd":"1111.1111011107"}]`, true},
	{"nothing used", usage.Counts{}, `[{"kind":"output","quantity":0,"rate_usd":"75","per":1000000,"cost_usd":"0"}]`, true},
	{"hours, which are not tenths", usage.Counts{},
		`[{"kind":"gpu_time","quantity":1000,"rate_usd":"2.5","per":3600000,"cost_usd":"0.0006944444444444444"}]`, false},
	{"an amount that is another", usage.Counts{usage.Output: 1}, `[{"kind":"output","quantity":1,"rate_usd":"1","per":1000000,"cost_usd":"0.000002"}]`, false},
	{"an amount with a zero too many", usage.Counts{usage.Output: 10}, `[{"kind":"output","quantity":10,"rate_usd":"1","per":1000000,"cost_usd":"0.000010"}]`, false},
	{"a count that is written another way", usage.Counts{usage.Output: 1}, `[{"kind":"output","quantity":+1,"rate_usd":"1","per":1000000,"cost_usd":"0.000001"}]`, false},
	{"a form of another program", usage.Counts{}, `[{"unit":"input"}]`, false},
	{"a text that is no JSON", usage.Counts{}, `three lines, and "quantity":`, false},
	{"an empty list", usage.Counts{}, `[]`, false},
	{"a kind with the separators of rates", usage.Counts{}, `[{"kind":"in; out","quantity":1,"rate_usd":"1","per":1000000,"cost_usd":"0.000001"}]`, false},
	{"digits that would be lost", usage.Counts{usage.Output: 1},
		`[{"kind":"output","quantity":1,"rate_usd":"0.00000000000001","per":1000000,"cost_usd":"0"}]`, false},
}

func billsAreKept(t *testing.T, store ledger.Store) {
	var want ledger.Batch
	for i, bill := range Bills {
		c := call(1, uint64(i+1))
		c.Start = noon.Add(time.Duration(i))
		c.Usage, c.Cost.Bill = bill.Usage, ledger.ReadBill(bill.Text)
		want.Calls = append(want.Calls, c)
	}
	writeBatch(t, store, want)
	found := readTrace(t, store, trace(1))
	for i, bill := range Bills {
		equal(t, bill.Text, found.Calls[i].Cost.Bill.Text())
	}
	equal(t, want.Calls, found.Calls)
}
