package reconcile_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/reconcile"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// ledgerOf holds calls of the day, priced with the built-in prices.
func ledgerOf(t *testing.T, calls ...ledger.Call) ledger.Store {
	t.Helper()
	s, err := ledgerstore.Open(t.Context(), "duckdb://:memory:")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	for i := range calls {
		c := &calls[i]
		c.TraceID, c.SpanID = ledger.TraceID{15: byte(i + 1)}, ledger.SpanID{7: byte(i + 1)}
		if c.Start.IsZero() {
			c.Start = day.Add(12 * time.Hour)
		}
		if c.Provider == "" {
			c.Provider = "openai"
		}
		c.Received, c.Role, c.Billable = c.Start, "llm", true
		c.Cost.Status = "unpriced" // priced for the first time here
		c.Cost = reprice.Cost(pricing.Default(), c)
	}
	require.NoError(t, s.Write(t.Context(), ledger.Batch{Calls: calls}))
	return s
}

func compare(t *testing.T, export *reconcile.Export, provider string, calls ...ledger.Call) *reconcile.Result {
	t.Helper()
	result, err := reconcile.Compare(t.Context(), ledgerOf(t, calls...), export, reconcile.Options{
		Provider: provider, Catalogue: pricing.Default(), Tolerance: udecimal.MustParse("0.0001"),
	})
	require.NoError(t, err)
	return result
}

func exported(lines ...reconcile.Line) *reconcile.Export {
	for i := range lines {
		if lines[i].Day.IsZero() {
			lines[i].Day = day
		}
		if lines[i].Model == "" {
			lines[i].Model = "gpt-5-2025-08-07"
		}
	}
	return &reconcile.Export{Kind: "usage", HasUsage: true, HasCalls: true, Lines: lines}
}

func costs(amount string) *reconcile.Export {
	return &reconcile.Export{Kind: "costs", HasCost: true, Lines: []reconcile.Line{{Day: day, Model: "gpt-5", Cost: udecimal.MustParse(amount)}}}
}

func call(in, out int64) ledger.Call {
	return ledger.Call{RequestModel: "gpt-5", ResponseModel: "gpt-5-2025-08-07", Usage: usage.Counts{usage.Input: in, usage.Output: out}}
}

func TestCompare_AWholeReport(t *testing.T) {
	mini := ledger.Call{RequestModel: "gpt-5-mini", Start: day.Add(30 * time.Hour), Usage: usage.Counts{usage.Input: 1000, usage.Output: 100}}
	nano := ledger.Call{RequestModel: "gpt-5-nano", Usage: usage.Counts{usage.Input: 5, usage.Output: 5}}
	claude := ledger.Call{Provider: "anthropic", RequestModel: "claude-sonnet-5", Usage: usage.Counts{usage.Input: 5, usage.Output: 5}}
	refused := ledger.Call{RequestModel: "gpt-4.1", StatusCode: 429}
	result := compare(t, read(t, "openai-usage.json"), "openai", call(8000, 900), mini, nano, claude, refused)

	assert.Equal(t, day, result.From)
	assert.Equal(t, day.AddDate(0, 0, 2), result.Until)
	verdicts := map[string]reconcile.Verdict{}
	for _, row := range result.Rows {
		verdicts[row.Day.Format(time.DateOnly)+" "+row.Model] = row.Verdict
	}
	assert.Equal(t, map[string]reconcile.Verdict{
		"2026-09-15 gpt-5":             reconcile.Matched,
		"2026-09-15 gpt-4o-2024-08-06": reconcile.Missing,
		"2026-09-15 gpt-5-nano":        reconcile.Extra,
		"2026-09-16 gpt-5-mini":        reconcile.Matched,
		"2026-09-16 o3":                reconcile.Missing,
	}, verdicts, "aliases and snapshots are one model; other vendors and refused calls are no part")
	assert.Equal(t, int64(8000+500+1000+70), result.Total.Vendor.Input)
	assert.Equal(t, int64(8000+1000+5), result.Total.Ledger.Input)
	assert.Equal(t, reconcile.Differs, result.Total.Verdict)
}

func TestCompare_CostsAreComparedToTheTolerance(t *testing.T) {
	c := call(8000, 900)
	c.Usage[usage.CacheRead] = 3000
	result := compare(t, read(t, "openai-costs.json"), "openai", c)
	require.Len(t, result.Rows, 1)
	assert.Equal(t, reconcile.Matched, result.Rows[0].Verdict)
	assert.Equal(t, "-0.000000000000000001", result.Rows[0].Difference().String(), "the vendor's own double, nothing of ours")
}

func TestCauses(t *testing.T) {
	withCache := func(n int64) ledger.Call {
		c := call(1000+n, 100)
		c.Usage[usage.CacheRead] = 400
		return c
	}
	unpriced := call(1_000_000, 0)
	unpriced.ServiceTier = "scale"
	midnight := call(300, 30)
	midnight.Start = day.Add(24 * time.Hour)
	tests := []struct {
		name   string
		export *reconcile.Export
		calls  []ledger.Call
		want   string
	}{
		{"counted twice", exported(reconcile.Line{Calls: 1, Input: 1000, Output: 100}), []ledger.Call{call(1000, 100), call(1000, 100)}, "everything is counted twice"},
		{"cache counted twice", exported(reconcile.Line{Calls: 1, Input: 1000, Output: 100, CacheRead: 400}), []ledger.Call{withCache(400)}, "cached tokens are counted twice"},
		{"cache left out", exported(reconcile.Line{Calls: 1, Input: 1000, Output: 100, CacheRead: 400}), []ledger.Call{call(600, 100)}, "cached tokens are not counted"},
		{"calls lost", exported(reconcile.Line{Calls: 3, Input: 1000, Output: 100}), []ledger.Call{call(500, 50)}, "2 calls did not reach the ledger"},
		{"calls too many", exported(reconcile.Line{Calls: 1, Input: 1000, Output: 100}), []ledger.Call{call(1000, 100), call(5, 5)}, "1 call more than the vendor answered"},
		{"not instrumented", exported(reconcile.Line{Calls: 1, Input: 1000, Output: 100}), nil, "no call of this model reached the ledger"},
		{"a day boundary", exported(reconcile.Line{Calls: 2, Input: 1300, Output: 130}, reconcile.Line{Day: day.AddDate(0, 0, 1), Calls: 1, Input: 20, Output: 2}),
			[]ledger.Call{call(1000, 100), midnight, {RequestModel: "gpt-5", Start: day.Add(36 * time.Hour), Usage: usage.Counts{usage.Input: 20, usage.Output: 2}}},
			"330 tokens are on 2026-09-16 on the other side"},
		{"no price", costs("1.25"), []ledger.Call{unpriced, call(1000, 0)}, "1 call without a price in the ledger"},
		{"batch", costs("0.625"), []ledger.Call{call(1_000_000, 0)}, "0.5 times the ledger's figure: batch or flex calls"},
		{"uplift", costs("1.375"), []ledger.Call{call(1_000_000, 0)}, "1.1 times the ledger's figure: a regional or data residency uplift"},
		{"discount", costs("1.0875"), []ledger.Call{call(1_000_000, 0)}, "0.87 times the ledger's figure: a discount"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			result := compare(t, tt.export, "openai", tt.calls...)
			require.NotEmpty(t, result.Rows)
			assert.NotEqual(t, reconcile.Matched, result.Rows[0].Verdict)
			assert.Contains(t, result.Rows[0].Cause, tt.want)
		})
	}
}
