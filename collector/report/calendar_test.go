package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
)

func inZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func TestCalendar_DaysBeginWhereTheOneBeforeEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		zone, day, begins string
	}{
		"an ordinary day":                                    {"Europe/Berlin", "2026-10-01", "2026-09-30T22:00:00Z"},
		"clocks are put forward at two":                      {"Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"},
		"half an hour off":                                   {"Asia/Kolkata", "2026-10-01", "2026-09-30T18:30:00Z"},
		"clocks move by half an hour":                        {"Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z"},
		"no midnight, east of Greenwich":                     {"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"},
		"no midnight, west of Greenwich":                     {"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"},
		"no midnight, in the years of summer time in Brazil": {"America/Sao_Paulo", "2015-10-18", "2015-10-18T03:00:00Z"},
		"two midnights on the first of a month":              {"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			zone := inZone(t, tc.zone)
			day, err := time.Parse(time.DateOnly, tc.day)
			require.NoError(t, err)
			begin := report.Midnight(day.Year(), day.Month(), day.Day(), zone)
			assert.Equal(t, tc.begins, begin.UTC().Format(time.RFC3339Nano))
			assert.Equal(t, tc.day, begin.Format(time.DateOnly), "its first instant is of the day")
			assert.Less(t, begin.Add(-time.Microsecond).Format(time.DateOnly), tc.day, "the one before is not")

			period, err := report.ParsePeriod("", tc.day, "", zone, day.AddDate(1, 0, 0))
			require.NoError(t, err)
			assert.True(t, period.From.Equal(begin), "periods begin there, too")
		})
	}
}

func TestCalendar_NothingIsAskedOfTheFuture(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	_, err := report.ParsePeriod("", "2026-12-01", "2026-12-05", time.UTC, now)
	assert.EqualError(t, err, `from "2026-12-01": the time is in the future: the ledger has no data of it yet`)
	_, err = report.ParsePeriod("", "2026-11-01", "2026-12-01", time.UTC, now)
	assert.NoError(t, err, "a month that has not ended")
}

func TestCalendar_AnHourThatComesTwiceIsNoPeak(t *testing.T) {
	berlin := inZone(t, "Europe/Berlin")
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	var calls []ledger.Call
	write := func(at time.Time, n int) {
		for range n {
			c := newDataset(1)[0]
			c.Start, c.Received, c.Billable, c.Role = at, at, true, "llm"
			c.SpanID[0], c.SpanID[1] = byte(len(calls)), byte(len(calls)>>8)
			calls = append(calls, c)
		}
	}
	write(time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), 60) // 02:30 in summer
	write(time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), 60) // and in winter
	write(time.Date(2026, 10, 25, 9, 30, 0, 0, time.UTC), 90)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	answer, err := report.Peaks(t.Context(), store, report.PeaksQuestion{Period: report.Period{
		From: report.Midnight(2026, 10, 25, berlin), Until: report.Midnight(2026, 10, 26, berlin), Zone: berlin,
	}})
	require.NoError(t, err)
	require.Len(t, answer.Busiest, 2)
	assert.Equal(t, "2026-10-25T10", answer.Busiest[0].Hour)
	assert.Equal(t, "2026-10-25T02", answer.Busiest[1].Hour)
	assert.Equal(t, 2*time.Hour, answer.Busiest[1].Length)
	assert.Equal(t, int64(120), answer.Busiest[1].Totals.Calls)
	doc := answer.Document()
	assert.Contains(t, doc.Notes, "The clocks changed in the hour 2026-10-25 02:00: it lasted 2h0m0s.")
	busiest := doc.Tables[len(doc.Tables)-1]
	assert.Equal(t, []any{1.5, 1.0}, []any{busiest.Rows[0][2], busiest.Rows[1][2]}, "calls a minute")
}
