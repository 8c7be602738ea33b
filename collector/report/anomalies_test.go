package report_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// traffic is n equal calls of an application in the hour after at.
type traffic struct {
	app, model string
	n          int
	input      int64
	cost       string // of one call
	failed     int
}

func writeTraffic(t *testing.T, store ledger.Store, at time.Time, parts ...traffic) {
	t.Helper()
	var batch ledger.Batch
	for p, part := range parts {
		amount := udecimal.MustParse(part.cost)
		for i := range part.n {
			c := ledger.Call{
				Start: at.Add(time.Duration(i) * time.Second), Received: at, Duration: time.Second, Application: part.app, RequestModel: part.model,
				Role: semconv.RoleLLM, Billable: true, Usage: usage.Counts{usage.Input: part.input, usage.Output: 100}, Error: i < part.failed,
				Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
			}
			binary.BigEndian.PutUint64(c.TraceID[:], uint64(at.Unix()))
			binary.BigEndian.PutUint64(c.SpanID[:], uint64(p+1)<<32|uint64(i+1))
			batch.Calls = append(batch.Calls, c)
		}
	}
	require.NoError(t, store.Write(t.Context(), batch))
}

func TestAnomalies(t *testing.T) {
	monday := time.Date(2026, 10, 19, 9, 0, 0, 0, time.UTC)
	hour := report.Period{From: monday, Until: monday.Add(time.Hour), Zone: time.UTC}
	usual := func(weeks int) traffic {
		return traffic{app: "bot", model: "gpt-5-mini", n: 100 + weeks, input: 1000, cost: "0.01", failed: 1}
	}
	ask := func(t *testing.T, weeks int, now ...traffic) *report.AnomaliesAnswer {
		t.Helper()
		store := stores["DuckDB"](t)
		require.NoError(t, store.Migrate(context.Background()))
		for w := 1; w <= weeks; w++ {
			writeTraffic(t, store, monday.AddDate(0, 0, -7*w), usual(w))
			// Another hour of the same day is not compared.
			writeTraffic(t, store, monday.AddDate(0, 0, -7*w).Add(3*time.Hour), traffic{app: "bot", model: "gpt-5", n: 500, input: 9000, cost: "1"})
		}
		writeTraffic(t, store, monday, now...)
		answer, err := report.Anomalies(t.Context(), store, report.AnomaliesQuestion{Period: hour})
		require.NoError(t, err)
		return answer
	}
	measured := func(answer *report.AnomaliesAnswer) map[report.Measure]report.Anomaly {
		byMeasure := map[report.Measure]report.Anomaly{}
		for _, a := range answer.Anomalies {
			byMeasure[a.Measure] = a
		}
		return byMeasure
	}

	t.Run("a usual hour is no anomaly", func(t *testing.T) {
		answer := ask(t, 4, usual(5))
		assert.Empty(t, answer.Anomalies)
		assert.Equal(t, 1, answer.Judged)
	})
	t.Run("prompts grew", func(t *testing.T) {
		answer := ask(t, 4, traffic{app: "bot", model: "gpt-5-mini", n: 102, input: 4000, cost: "0.04", failed: 1})
		notes := answer.Document().Notes
		from, week := hour.From.Format(time.RFC3339), hour.From.AddDate(0, 0, -7).Format(time.RFC3339)
		assert.Contains(t, notes[len(notes)-1], "spanledger report change --from "+from)
		assert.Contains(t, notes[len(notes)-1], "--before-from "+week)
		assert.Contains(t, notes[len(notes)-1], "--where application=bot")
		found := measured(answer)
		require.Contains(t, found, report.MeasureCost)
		assert.InDelta(t, 1.025, found[report.MeasureCost].Usual, 1e-9)
		assert.InDelta(t, 4.08, found[report.MeasureCost].Now, 1e-9)
		assert.Equal(t, "input tokens a call x4.0", found[report.MeasureTokens].Causes[0])
		assert.NotContains(t, found, report.MeasureErrors)
	})
	t.Run("another model answers", func(t *testing.T) {
		found := measured(ask(t, 4,
			traffic{app: "bot", model: "gpt-5-mini", n: 50, input: 1000, cost: "0.01"},
			traffic{app: "bot", model: "gpt-5", n: 50, input: 1000, cost: "0.05"}))
		assert.Equal(t, []string{"cost a token x3.0", "gpt-5 has 50% of the calls, usually 0%"}, found[report.MeasureCost].Causes)
		assert.Len(t, found, 1, "tokens are as usual")
	})
	t.Run("calls fail", func(t *testing.T) {
		found := measured(ask(t, 4, traffic{app: "bot", model: "gpt-5-mini", n: 100, input: 1000, cost: "0.01", failed: 30}))
		assert.Len(t, found, 1)
		assert.InDelta(t, 0.3, found[report.MeasureErrors].Now, 1e-9)
	})
	t.Run("too little data is counted, not judged", func(t *testing.T) {
		for name, answer := range map[string]*report.AnomaliesAnswer{
			"one week of history":         ask(t, 1, traffic{app: "bot", model: "gpt-5-mini", n: 1000, input: 1000, cost: "9"}),
			"an application nobody knows": ask(t, 4, traffic{app: "new", model: "gpt-5-mini", n: 1000, input: 1000, cost: "9"}),
			"a handful of calls":          ask(t, 4, traffic{app: "bot", model: "gpt-5-mini", n: 29, input: 1000, cost: "9"}),
		} {
			assert.Empty(t, answer.Anomalies, name)
			assert.Equal(t, 1, answer.TooFew, name)
		}
	})
}
