package report_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestContext_EqualsPlainGo(t *testing.T) {
	calls := ledgertest.RandomContexts(2000, 5)
	first, last := calls[0].Start, calls[0].Start
	for i := range calls {
		if calls[i].Start.Before(first) {
			first = calls[i].Start
		}
		if calls[i].Start.After(last) {
			last = calls[i].Start
		}
	}
	period := report.Period{From: first.Add(time.Hour), Until: last.Add(-time.Hour)}
	plain := map[string]ledger.ContextUse{}
	for _, use := range ledgertest.PlainContexts(calls, ledger.ContextQuery{From: period.From, Until: period.Until, By: []ledger.Dimension{ledger.ByAgent}}) {
		plain[use.Key[0]] = use
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			require.NoError(t, store.Migrate(t.Context()))
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
			a, err := report.Context(t.Context(), store, report.ContextQuestion{Period: period, By: []ledger.Dimension{ledger.ByAgent}})
			require.NoError(t, err)
			require.Len(t, a.Groups, len(plain))
			for i, g := range a.Groups {
				want := plain[g.Key[0]]
				assert.Equal(t, want.Input, g.Input)
				assert.True(t, want.Cost.Equal(g.Cost), "%s of %s", g.Cost, want.Cost)
				parts := map[string]ledger.ContextPart{}
				for _, p := range want.Parts {
					parts[p.Name] = p
				}
				for _, p := range g.Parts {
					assert.Equal(t, parts[p.Name].Tokens, p.Tokens, p.Name)
					assert.True(t, parts[p.Name].Cost.Equal(p.Cost), p.Name)
				}
				if i > 0 {
					assert.False(t, g.Cost.GreaterThan(a.Groups[i-1].Cost), "the most expensive first")
				}
			}
			top, err := report.Context(t.Context(), store, report.ContextQuestion{Period: period, By: []ledger.Dimension{ledger.ByAgent}, Top: 1})
			require.NoError(t, err)
			assert.Len(t, top.Groups, 1)
			assert.Equal(t, a.Counted, top.Counted)
		})
	}
}

// One call, with figures that can be checked by hand: 1,000 tokens of gpt-4o, of which 400
// are cached, for 0.0015 + 0.0005 USD.
func TestContext_SharesOutOneCall(t *testing.T) {
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	at := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	used := usage.Counts{usage.Input: 1000, usage.CacheRead: 400, usage.Output: 100}
	bill := pricing.Default().Price(&pricing.Call{Provider: "openai", ResponseModel: "gpt-4o", Start: at, Usage: used})
	require.Equal(t, "0.003", bill.Amount.String())
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: at, Received: at, Duration: time.Second, Agent: "planner",
		RequestModel: "gpt-4o", Role: semconv.RoleLLM, Billable: true, Usage: used,
		PromptShares: "system:100 tools/search:100 tools/mcp/github:500 history:200 last:100",
		Cost:         ledger.Cost{Status: "priced", Amount: &bill.Amount, Currency: "USD", Bill: ledger.ReadBill(string(pricing.AppendLines(nil, bill.Lines)))},
	}}}))
	a, err := report.Context(t.Context(), store, report.ContextQuestion{Period: report.Period{From: at.Add(-time.Hour), Until: at.Add(time.Hour)}, By: []ledger.Dimension{ledger.ByAgent}})
	require.NoError(t, err)
	rows := a.Document().Tables[0].Rows
	amount := udecimal.MustParse
	require.Len(t, rows, 5)
	for i, want := range [][]any{
		{"planner", "system", "System instructions", "", int64(1), int64(100), 0.1, "0.0002"},
		{"planner", "tools/mcp/github", "Tool definitions", "mcp/github", int64(1), int64(500), 0.5, "0.001"},
		{"planner", "tools/search", "Tool definitions", "search", int64(1), int64(100), 0.1, "0.0002"},
		{"planner", "history", "Earlier messages", "", int64(1), int64(200), 0.2, "0.0004"},
		{"planner", "last", "Last message", "", int64(1), int64(100), 0.1, "0.0002"},
	} {
		assert.Equal(t, want[:7], rows[i][:7])
		assert.True(t, amount(want[7].(string)).Equal(rows[i][7].(udecimal.Decimal)), "%v", rows[i])
	}
	assert.Contains(t, a.Document().Notes[0], "tokens are an estimate")
}
