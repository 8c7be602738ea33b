package reprice_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/pricing/casefile"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var noon = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

// store holds calls priced with the built-in prices, as a collector would
// have written them.
func store(t *testing.T, calls ...ledger.Call) ledger.Store {
	t.Helper()
	s, err := ledgerstore.Open(t.Context(), "duckdb://:memory:")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Write(t.Context(), ledger.Batch{Calls: calls}))
	return s
}

func priced(n byte, c ledger.Call) ledger.Call {
	c.TraceID, c.SpanID = ledger.TraceID{15: n}, ledger.SpanID{7: n}
	if c.Start.IsZero() {
		c.Start = noon
	}
	c.Received = c.Start.Add(time.Second)
	c.Role, c.Billable = "llm", true
	c.Cost.Status = "unpriced" // priced for the first time below
	c.Cost = reprice.Cost(pricing.Default(), &c)
	return c
}

// corrected is the built-in prices with another price for one model.
func corrected(t *testing.T) *pricing.Catalogue {
	t.Helper()
	over, err := pricing.Parse("correction", []byte(`{"format": 1, "version": "corrected", "providers": [
		{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5"], "cards": [{"rates": {"input": "2.5", "output": "10"}}]}]},
		{"name": "acme", "models": [{"model": "acme-7b", "ids": ["acme-7b"], "cards": [{"rates": {"input": "1", "output": "1"}}]}]}]}`))
	require.NoError(t, err)
	merged, err := pricing.Default().With(over)
	require.NoError(t, err)
	return merged
}

func mixture() []ledger.Call {
	return []ledger.Call{
		priced(1, ledger.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000_000}}),
		priced(2, ledger.Call{Provider: "acme", RequestModel: "acme-7b", Usage: usage.Counts{usage.Input: 500_000}}),
		priced(3, ledger.Call{Provider: "anthropic", RequestModel: "claude-sonnet-5", Usage: usage.Counts{usage.Input: 1_000_000}}),
		priced(4, ledger.Call{Provider: "openai", RequestModel: "gpt-5", Start: noon.Add(-48 * time.Hour), Usage: usage.Counts{usage.Input: 1_000_000}}),
		priced(5, ledger.Call{Provider: "openai", RequestModel: "gpt-5", StatusCode: 429, Cost: ledger.Cost{Flags: []string{"not_billed"}}}),
		priced(6, ledger.Call{Provider: "openai", RequestModel: "gpt-5", ErrorType: "attribution_missing", UsageSource: "none", Cost: ledger.Cost{Flags: []string{"not_billed"}}}),
	}
}

func period(catalogue *pricing.Catalogue, apply bool) reprice.Options {
	return reprice.Options{From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), Catalogue: catalogue, Apply: apply}
}

func total(t *testing.T, s ledger.Store) string {
	t.Helper()
	groups, err := s.Aggregate(t.Context(), ledger.Query{From: noon.Add(-100 * time.Hour), Until: noon.Add(100 * time.Hour)})
	require.NoError(t, err)
	return groups[0].Totals.Cost.String()
}

func TestReprice_ADryRunSaysWhatWouldChangeAndChangesNothing(t *testing.T) {
	s := store(t, mixture()...)
	before := total(t, s)
	result, err := reprice.Run(t.Context(), s, period(corrected(t), false))
	require.NoError(t, err)
	assert.Equal(t, int64(5), result.Total.Calls, "the call of two days before is not of the period")
	assert.Equal(t, int64(2), result.Total.Changed)
	assert.Equal(t, "1.75", result.Total.Difference().String())
	require.Len(t, result.Models, 2)
	assert.Equal(t, "gpt-5", result.Models[0].Model)
	assert.Equal(t, "1.25 2.5", result.Models[0].Before.String()+" "+result.Models[0].After.String())
	assert.Equal(t, int64(1), result.Models[1].Gained)
	assert.Equal(t, before, total(t, s))
}

func TestReprice_RepricingCorrectsThePeriodAndKeepsTheOldFigures(t *testing.T) {
	s := store(t, mixture()...)
	require.Equal(t, "4.5", total(t, s))
	_, err := reprice.Run(t.Context(), s, period(corrected(t), true))
	require.NoError(t, err)
	assert.Equal(t, "6.25", total(t, s), "4.5 + 1.25 for gpt-5 + 0.5 for acme-7b; nothing before the period")

	trace, err := s.Trace(t.Context(), ledger.TraceID{15: 1})
	require.NoError(t, err)
	now := trace.Calls[0]
	assert.Equal(t, 1, now.Revision)
	assert.Equal(t, corrected(t).Version(), now.Cost.CatalogVersion)
	assert.Contains(t, now.Cost.Bill.Text(), `"rate_usd":"2.5"`)

	past, err := s.PastCosts(t.Context(), ledger.TraceID{15: 1})
	require.NoError(t, err)
	require.Len(t, past, 1)
	assert.Equal(t, "1.25", past[0].Cost.Amount.String())
	assert.Equal(t, pricing.Default().Version(), past[0].Cost.CatalogVersion)
	assert.Equal(t, 0, past[0].Revision)
}

func TestReprice_RepricingTwiceIsRepricingOnce(t *testing.T) {
	s := store(t, mixture()...)
	for i := range 2 {
		result, err := reprice.Run(t.Context(), s, period(corrected(t), true))
		require.NoError(t, err)
		assert.Equal(t, i == 0, result.Total.Changed > 0)
	}
	past, err := s.PastCosts(t.Context(), ledger.TraceID{15: 1})
	require.NoError(t, err)
	assert.Len(t, past, 1)

	back, err := reprice.Run(t.Context(), s, period(pricing.Default(), true))
	require.NoError(t, err)
	assert.Equal(t, "-1.75", back.Total.Difference().String())
	assert.Equal(t, int64(1), back.Total.Unpriced, "acme-7b, which only the correction has")

	same, err := reprice.Run(t.Context(), s, period(pricing.Default(), false))
	require.NoError(t, err)
	require.Len(t, same.Models, 1, "it is named also where nothing changes")
	assert.Equal(t, "acme-7b", same.Models[0].Model)
	assert.Equal(t, "4.5", total(t, s))
	past, err = s.PastCosts(t.Context(), ledger.TraceID{15: 1})
	require.NoError(t, err)
	assert.Len(t, past, 2, "both figures it had before")
}

// A stated cost of 0 is the amount of a whole answer that was read on the wire, and
// no more than a flag elsewhere, also when the call is priced again.
func TestRun_KeepsAStatedCostOfZero(t *testing.T) {
	call := func(n byte, claim string, streamed bool) ledger.Call {
		return priced(n, ledger.Call{
			Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000_000},
			Claim: claim, Streamed: streamed, Cost: ledger.Cost{Vendor: &udecimal.Zero},
		})
	}
	s := store(t, call(1, "transport", false), call(2, "transport", true), call(3, "server", false))
	require.Equal(t, "2.5", total(t, s))
	for i, catalogue := range []*pricing.Catalogue{pricing.Default(), corrected(t)} {
		result, err := reprice.Run(t.Context(), s, period(catalogue, true))
		require.NoError(t, err)
		assert.Equal(t, int64(2*i), result.Total.Changed)
	}
	assert.Equal(t, "5", total(t, s))
	trace, err := s.Trace(t.Context(), ledger.TraceID{15: 1})
	require.NoError(t, err)
	assert.True(t, trace.Calls[0].Cost.Amount.IsZero())
	assert.Equal(t, []string{"vendor_cost_used", "vendor_cost_zero"}, trace.Calls[0].Cost.Flags)
}

func TestReprice_ASpanDeliveredAgainDoesNotUndoACorrection(t *testing.T) {
	calls := mixture()
	s := store(t, calls...)
	_, err := reprice.Run(t.Context(), s, period(corrected(t), true))
	require.NoError(t, err)
	late := calls[0]
	late.Received = late.Received.Add(time.Hour)
	require.NoError(t, s.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{late}}))
	assert.Equal(t, "6.25", total(t, s))
}

// Everything that moved a price is kept: repricing any worked case from its
// ledger row gives the bill it had.
func TestReprice_AStoredCallHasEverythingItsPriceDependsOn(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "instrumentation", "pricing", "testdata", "cases.json"))
	require.NoError(t, err)
	defer file.Close()
	cases, err := casefile.Read(file)
	require.NoError(t, err)
	compared := 0
	for _, c := range cases {
		want, err := c.Call()
		require.NoError(t, err)
		if want.DataResidency != "" && want.ServerAddress == "" {
			continue // the ledger reads the zone from the address
		}
		compared++
		row := ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: want.Start, Received: want.Start,
			Provider: want.Provider, RequestModel: want.RequestModel, ResponseModel: want.ResponseModel,
			ServerAddress: want.ServerAddress, ServiceTier: want.ServedTier,
			Terms: ledger.Terms{
				RequestedTier: want.RequestedTier, Speed: want.Speed, InferenceGeo: want.InferenceGeo,
				Region: want.Region, SearchContextSize: want.SearchContextSize,
			},
			Usage: want.Usage, UsageFields: int(usage.NumBilled),
			Cost: ledger.Cost{Status: "unpriced"},
		}
		s := store(t, row)
		read, err := s.Calls(t.Context(), want.Start, want.Start.Add(time.Nanosecond))
		require.NoError(t, err)
		require.Len(t, read, 1)
		got := reprice.Cost(pricing.Default(), &read[0])
		if c.ExpectedCost == nil {
			assert.Equal(t, c.ExpectedStatus, got.Status, c.ID)
			assert.Nil(t, got.Amount, c.ID)
			continue
		}
		if assert.NotNil(t, got.Amount, "%s: %s", c.ID, got.Reason) {
			assert.True(t, udecimal.MustParse(*c.ExpectedCost).Equal(*got.Amount), c.ID)
		}
	}
	assert.Equal(t, 87, compared)
}

// research is a call of 1,000 tokens in and 300,000 out, of which 100,000 are
// reasoning and 150,000 citations, with 10 searches.
func research(n byte) ledger.Call {
	return priced(n, ledger.Call{
		Provider: "perplexity", RequestModel: "sonar-deep-research", UsageFields: int(usage.NumBilled),
		Usage: usage.Counts{
			usage.Input: 1_000, usage.Output: 300_000, usage.Reasoning: 100_000, usage.Citation: 150_000, usage.WebSearches: 10,
		},
	})
}

func TestRun_KeepsTheBillOfCitations(t *testing.T) {
	s := store(t, research(1))
	require.Equal(t, "1.052", total(t, s))
	for _, catalogue := range []*pricing.Catalogue{pricing.Default(), corrected(t)} {
		result, err := reprice.Run(t.Context(), s, period(catalogue, true))
		require.NoError(t, err)
		assert.Zero(t, result.Total.Changed)
		assert.Equal(t, "1.052", total(t, s))
	}
}

// A row of an earlier release has no citations: its bill says that there were
// some, or that there were none, or there is no bill.
func TestRun_LeavesRowsThatLostACount(t *testing.T) {
	older := func(n byte) ledger.Call {
		c := research(n)
		c.Usage[usage.Citation], c.UsageFields = 0, 0
		return c
	}
	lost := older(1)
	silent := older(2)
	silent.Cost.Bill = ledger.Bill{}
	unpriced := older(3)
	unpriced.Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
	without := older(4)
	without.Cost = reprice.Cost(pricing.Default(), &without)
	without.Cost.Amount = new(udecimal.MustParse("0.1")) // of an earlier list
	current := research(5)
	current.Usage[usage.Citation] = 0 // it says so
	s := store(t, lost, silent, unpriced, without, current)
	result, err := reprice.Run(t.Context(), s, period(pricing.Default(), true))
	require.NoError(t, err)
	assert.EqualValues(t, 3, result.Total.Left)
	assert.EqualValues(t, 2, result.Total.Changed)
	require.Len(t, result.Models, 1)
	assert.EqualValues(t, 3, result.Models[0].Left)
	for n, want := range []string{"1.052", "1.052", "", "1.952", "1.952"} {
		trace, err := s.Trace(t.Context(), ledger.TraceID{15: byte(n + 1)})
		require.NoError(t, err)
		got := trace.Calls[0].Cost.Amount
		if want == "" {
			assert.Nil(t, got)
			continue
		}
		assert.Equal(t, want, got.String(), "call %d", n+1)
	}
}

func TestCallOf_HasEveryBilledCount(t *testing.T) {
	var c ledger.Call
	for f := range usage.NumBilled {
		c.Usage[f] = 1000 + int64(f)
	}
	call := reprice.CallOf(&c)
	for f := range usage.NumBilled {
		assert.Equal(t, c.Usage[f], call.Usage[f], "%s", f)
	}
}

func TestReprice_ACancelledRunSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := store(t, mixture()...)
	cancel()
	_, err := reprice.Run(ctx, s, period(corrected(t), true))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestReprice_ACallThatWasVoidedStaysVoided(t *testing.T) {
	calls := mixture()
	s := store(t, calls...)
	_, err := ledger.Void(t.Context(), s, calls[0].TraceID, calls[0].SpanID, "sent by a load test")
	require.NoError(t, err)
	_, err = reprice.Run(t.Context(), s, period(corrected(t), true))
	require.NoError(t, err)
	trace, err := s.Trace(t.Context(), calls[0].TraceID)
	require.NoError(t, err)
	assert.Equal(t, ledger.Cost{Status: "invalid", Reason: ledger.ReasonVoided, Flags: []string{"sent by a load test"}}, trace.Calls[0].Cost)
}

// slowStore fails to write the calls of a day, and notes how many windows are written at
// the same time.
type slowStore struct {
	ledger.Store
	broken    time.Time
	err       error
	now, most atomic.Int32
}

func (s *slowStore) Hours(ctx context.Context, part ledger.Part, from, until time.Time) ([]ledger.HourRows, error) {
	hours, err := s.Store.Hours(ctx, part, from, until)
	for i := range hours {
		hours[i].Rows += 100_000 // so that each is a window
	}
	return hours, err
}

func (s *slowStore) WriteCosts(ctx context.Context, calls []ledger.Call, replaced time.Time) (int, error) {
	s.most.Store(max(s.most.Load(), s.now.Add(1)))
	defer s.now.Add(-1)
	time.Sleep(50 * time.Millisecond)
	if calls[0].Start.Equal(s.broken) {
		return 0, s.err
	}
	return s.Store.WriteCosts(ctx, calls, replaced)
}

func TestRun_WritesTwoWindowsAtATime(t *testing.T) {
	var calls []ledger.Call
	for day := range 4 {
		calls = append(calls, priced(byte(day+1), ledger.Call{
			Provider: "openai", RequestModel: "gpt-5", Start: noon.AddDate(0, 0, day), Usage: usage.Counts{usage.Input: 1_000_000},
		}))
	}
	options := reprice.Options{From: noon, Until: noon.AddDate(0, 0, 4), Catalogue: corrected(t), Apply: true}
	var told []int
	options.Progress = func(_ time.Time, calls int) { told = append(told, calls) }
	s := &slowStore{Store: store(t, calls...)}
	result, err := reprice.Run(t.Context(), s, options)
	require.NoError(t, err)
	assert.EqualValues(t, 4, result.Total.Changed)
	assert.Equal(t, "10", total(t, s), "2.5 a call")
	assert.EqualValues(t, 2, s.most.Load())
	require.NotEmpty(t, told)
	assert.True(t, slices.IsSorted(told))
	assert.Equal(t, 4, told[len(told)-1])

	s = &slowStore{Store: store(t, calls...), broken: calls[2].Start, err: errors.New("the disk is full")}
	_, err = reprice.Run(t.Context(), s, options)
	require.ErrorIs(t, err, s.err)
	assert.ErrorContains(t, err, "calls from 2026-09-17T")
	s.broken = time.Time{}
	_, err = reprice.Run(t.Context(), s, options)
	require.NoError(t, err)
	assert.Equal(t, "10", total(t, s), "repeating completes what was cut short")
}
