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
	"github.com/spanledger/spanledger/tracing/semconv"
)

// spend writes one call a day at noon UTC, of what cost says; "" writes none.
func spend(t *testing.T, from time.Time, days int, department string, cost func(time.Time) string) ledger.Store {
	t.Helper()
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(context.Background()))
	var batch ledger.Batch
	for i := range days {
		at := from.AddDate(0, 0, i).Add(12 * time.Hour)
		text := cost(at)
		if text == "" {
			continue
		}
		amount := udecimal.MustParse(text)
		c := ledger.Call{
			Start: at, Received: at, Duration: time.Second, Department: department, RequestModel: "gpt-5",
			Role: semconv.RoleLLM, Billable: true, Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		}
		binary.BigEndian.PutUint64(c.TraceID[:], uint64(i)+1)
		binary.BigEndian.PutUint64(c.SpanID[:], uint64(i)+1)
		batch.Calls = append(batch.Calls, c)
	}
	require.NoError(t, store.Write(t.Context(), batch))
	return store
}

func TestForecast(t *testing.T) {
	october := report.Month(2026, time.October, time.UTC)
	workdays := func(at time.Time) string {
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			return "1"
		}
		return "10"
	}
	t.Run("days of the week repeat", func(t *testing.T) {
		store := spend(t, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), 44, "claims", workdays)
		now := time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC)
		answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: october, Now: now, By: []ledger.Dimension{ledger.ByDepartment}})
		require.NoError(t, err)
		require.Len(t, answer.Lines, 1)
		line := answer.Lines[0]
		// October 2026 has 22 working days and 9 others; 10 and 4 of them are over.
		assert.Equal(t, "104", line.Spent.String())
		assert.Equal(t, "229", line.Expected.String())
		assert.Equal(t, "229", line.Low.String(), "nothing ever strayed")
		assert.Equal(t, "229", line.High.String())
		assert.Equal(t, 28, line.HistoryDays)
		assert.Equal(t, answer.Total.Expected.String(), line.Expected.String())
	})
	t.Run("days that stray make an interval", func(t *testing.T) {
		store := spend(t, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), 44, "claims", func(at time.Time) string {
			if at.YearDay()%2 == 0 {
				return "8"
			}
			return "12"
		})
		answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: october, Now: time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		low, expected, high := answer.Total.Low.InexactFloat64(), answer.Total.Expected.InexactFloat64(), answer.Total.High.InexactFloat64()
		assert.InDelta(t, 310, expected, 0.001)
		assert.Greater(t, high, expected)
		assert.Less(t, low, expected)
		assert.InDelta(t, expected-low, high-expected, 0.001)
	})
	t.Run("half of today is still to come", func(t *testing.T) {
		store := spend(t, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), 60, "claims", func(at time.Time) string {
			if at.Before(time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)) {
				return "10"
			}
			return ""
		})
		answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: october, Now: time.Date(2026, 10, 31, 12, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		assert.Equal(t, "300", answer.Total.Spent.String())
		assert.Equal(t, "305", answer.Total.Expected.String())
	})
	t.Run("too little history is said", func(t *testing.T) {
		store := spend(t, time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC), 6, "claims", workdays)
		answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: october, Now: time.Date(2026, 10, 16, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		assert.Nil(t, answer.Total.Expected)
		assert.Contains(t, answer.Document().Notes[1], "too little history for a forecast: 6 whole days, 7 are needed")
	})
	t.Run("a period that is over is known", func(t *testing.T) {
		store := spend(t, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), 3, "claims", workdays)
		answer, err := report.Forecast(t.Context(), store, report.ForecastQuestion{Period: october, Now: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		assert.Equal(t, answer.Total.Spent.String(), answer.Total.Expected.String())
	})
	t.Run("the future has no beginning yet", func(t *testing.T) {
		_, err := report.Forecast(t.Context(), spend(t, october.From, 0, "", workdays), report.ForecastQuestion{Period: october, Now: october.From.Add(-time.Second)})
		assert.ErrorContains(t, err, "in the future")
	})
}
