package report_test

import (
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// wastedRuns is the golden data set within a few days, with what can be wasted: billed
// failures, aborted answers, hashed prompts, failing tools and roots.
func wastedRuns(n int) ledger.Batch {
	rnd := rand.New(rand.NewPCG(datasetSeed, 3))
	calls := newDataset(n)
	batch := ledger.Batch{Calls: calls}
	for i := range calls {
		c := &calls[i]
		c.Start = datasetStart.Add(time.Duration(i/5)*3*time.Minute + time.Duration(rnd.Int64N(int64(time.Minute)))).Truncate(time.Microsecond)
		c.Received = c.Start
		c.Agent = []string{"planner", "writer"}[i%2]
		c.Aborted = rnd.IntN(20) == 0
		if rnd.IntN(2) == 0 {
			c.PromptPrefix, c.PromptPrefixTokens = []string{"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"}[rnd.IntN(2)], rnd.Int64N(5000)
			c.Usage[usage.CacheRead] = 0
		}
		if c.Error && rnd.IntN(2) == 0 {
			c.Usage = usage.Counts{usage.Input: 500}
			c.Cost = price("0.000001", "0", c.Usage)
		}
		if i%5 > 0 {
			continue
		}
		root := ledger.AgentSpan{TraceID: c.TraceID, Start: c.Start.Add(-time.Minute), Received: c.Start, Role: semconv.RoleWorkflow, Name: "run", Error: rnd.IntN(5) == 0}
		binary.BigEndian.PutUint64(root.SpanID[:], 1<<40|uint64(i)<<8)
		batch.Spans = append(batch.Spans, root)
		for k := range rnd.IntN(10) {
			tool := ledger.AgentSpan{
				TraceID: c.TraceID, ParentSpanID: root.SpanID, Start: c.Start.Add(time.Duration(rnd.Int64N(int64(2*time.Minute))) - time.Minute).Truncate(time.Microsecond),
				Received: c.Start, Role: semconv.RoleTool, Name: "execute_tool", Agent: []string{"planner", "writer"}[k%2], Tool: "search", Error: rnd.IntN(5) > 0,
			}
			binary.BigEndian.PutUint64(tool.SpanID[:], 1<<40|uint64(i)<<8|uint64(k+1))
			batch.Spans = append(batch.Spans, tool)
		}
	}
	return batch
}

// cacheSaves says how much less a token costs when it is read from the cache, in USD, from
// the vendors' price pages.
var cacheSaves = map[string]string{
	"gpt-5": "0.000001125", "gpt-5-mini": "0.000000225",
	"claude-sonnet-4-5-20250929": "0.0000027", "claude-haiku-4-5-20251001": "0.0000009",
}

func TestWaste_EqualsPlainGo(t *testing.T) {
	rows := wastedRuns(4000)
	for i := range rows.Calls { // each model with its own vendor
		c := &rows.Calls[i]
		c.Provider = semconv.ProviderOpenAI
		if strings.HasPrefix(c.RequestModel, "claude") {
			c.Provider = semconv.ProviderAnthropic
		}
	}
	period := report.Period{From: datasetStart.Add(time.Hour), Until: datasetStart.Add(38 * time.Hour)}
	plain := ledgertest.PlainWaste(&rows, ledger.WasteQuery{
		CacheQuery: ledger.CacheQuery{From: period.From, Until: period.Until, Within: 5 * time.Minute, MinTokens: 1024, Calls: len(rows.Calls)}, Failures: 3,
	})
	want := map[ledger.WasteKind]*big.Rat{}
	calls, noRate := map[ledger.WasteKind]int64{}, int64(0)
	for i := range plain.Calls {
		c := &plain.Calls[i]
		calls[c.Kind]++
		amount, _ := new(big.Rat).SetString(c.Cost.String())
		if c.Kind == ledger.WasteResent {
			amount = new(big.Rat)
			if saves, known := cacheSaves[c.Model]; known {
				amount.SetString(saves)
				amount.Mul(amount, new(big.Rat).SetInt64(c.Prefix))
			} else {
				noRate++
			}
		}
		if want[c.Kind] == nil {
			want[c.Kind] = new(big.Rat)
		}
		want[c.Kind].Add(want[c.Kind], amount)
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			require.NoError(t, store.Migrate(t.Context()))
			require.NoError(t, store.Write(t.Context(), rows))
			a, err := report.Waste(t.Context(), store, report.WasteQuestion{Period: period, Top: 3})
			require.NoError(t, err)
			sum := udecimal.Zero
			for i, kind := range ledger.WasteKinds {
				l := &a.Lines[i]
				require.Equal(t, kind, l.Kind)
				require.Positive(t, l.Calls, kind)
				assert.Equal(t, calls[kind], l.Calls, kind)
				assert.Equal(t, udecimal.MustParse(want[kind].FloatString(18)).String(), l.Wasted.String(), kind)
				assert.False(t, l.Wasted.GreaterThan(l.Cost) && kind != ledger.WasteResent, kind)
				sum = sum.Add(l.Wasted)
			}
			assert.Equal(t, noRate, a.NoRate)
			assert.True(t, sum.Equal(a.Wasted()))
			seen := map[ledger.SpanID]bool{}
			for _, c := range a.Calls {
				assert.False(t, seen[c.SpanID], "a call is in one line")
				seen[c.SpanID] = true
			}
			assert.Len(t, a.Calls, 3*len(ledger.WasteKinds))
			for i := range a.Calls[1:] {
				before, c := &a.Calls[i], &a.Calls[i+1]
				if before.Kind == c.Kind && c.Wasted != nil {
					require.NotNil(t, before.Wasted, "amounts that are not known are the last")
					assert.False(t, before.Wasted.LessThan(*c.Wasted), "%s: the most expensive first", c.Kind)
				}
			}
			var text strings.Builder
			require.NoError(t, format.Write(&text, format.TableFormat, a.Document(), format.Options{}))
			assert.Contains(t, text.String(), "Retries of a failing tool")
			assert.True(t, slices.ContainsFunc(a.Document().Notes, func(n string) bool { return strings.Contains(n, "counted once, in the first line") }))
		})
	}
}

func TestWaste_OfNothingIsNothing(t *testing.T) {
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	a, err := report.Waste(t.Context(), store, report.WasteQuestion{Period: report.Period{From: datasetStart, Until: datasetStart.Add(time.Hour)}})
	require.NoError(t, err)
	assert.True(t, a.Wasted().IsZero())
	assert.Len(t, a.Lines, len(ledger.WasteKinds))
}

func TestWaste_UnknownCostIsNotZero(t *testing.T) {
	store := stores["DuckDB"](t)
	c := newDataset(1)[0]
	c.Start, c.Error, c.Billable, c.Cost = datasetStart, true, true, ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
	dataset{c}.write(t, store)
	period := report.Period{From: datasetStart, Until: datasetStart.Add(time.Hour)}
	a, err := report.Waste(t.Context(), store, report.WasteQuestion{Period: period})
	require.NoError(t, err)
	doc := a.Document()
	cells := func(table int, row []any) (costs []any) {
		for i, column := range doc.Tables[table].Columns {
			if column.Kind == format.Money || column.Kind == format.Share {
				costs = append(costs, row[i])
			}
		}
		return costs
	}
	assert.Equal(t, []any{nil, nil, nil}, cells(0, doc.Tables[0].Rows[0]), "failed")
	assert.Equal(t, []any{udecimal.Zero, udecimal.Zero, 0.0}, cells(0, doc.Tables[0].Rows[1]), "no call was aborted")
	assert.Equal(t, []any{nil, nil, nil}, cells(0, doc.Tables[0].Total))
	require.Len(t, doc.Tables[1].Rows, 1)
	assert.Equal(t, []any{nil, nil}, cells(1, doc.Tables[1].Rows[0]))

	change, err := report.Change(t.Context(), store, report.ChangeQuestion{Before: period, After: period, By: []ledger.Dimension{ledger.ByModel}})
	require.NoError(t, err)
	assert.Equal(t, "no cost changed", change.Document().Tables[1].Empty)
}
