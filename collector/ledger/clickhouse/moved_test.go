package clickhouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// The server leaves out parts of a table by the least and greatest start in them, before
// it looks for the newest version of a row: where that has another start of the same
// day, an older one was counted.
func TestViews_CountTheNewestVersionOfARowThatMovedWithinItsDay(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store := openAlone(t, server.DSN(database))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.SetRetention(t.Context(), ledgertest.Forever); err != nil {
		t.Fatal(err)
	}
	execute(t, server, database, "SYSTEM STOP MERGES llm_call_rows", "SYSTEM STOP MERGES agent_span_rows")
	day := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	calls := ledgertest.RandomCalls(2, 61)
	for i := range calls {
		calls[i].Start, calls[i].Received, calls[i].Billable, calls[i].Revision = day.Add(10*time.Hour), day.Add(23*time.Hour), true, 0
	}
	moved, stays := calls[0], calls[1]
	spanOf := func(c *ledger.Call) ledger.AgentSpan {
		return ledger.AgentSpan{TraceID: c.TraceID, SpanID: ledger.SpanID{1, 7: c.SpanID[7]}, Start: c.Start, Role: "agent", Name: "a", Received: c.Received}
	}
	for _, at := range []time.Duration{10 * time.Hour, 22 * time.Hour} { // a part each
		moved.Start, moved.Received = day.Add(at), moved.Received.Add(time.Minute)
		if err := store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{moved}, Spans: []ledger.AgentSpan{spanOf(&moved)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{stays}, Spans: []ledger.AgentSpan{spanOf(&stays)}}); err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]string{
		"calls by hand":     "SELECT count() FROM llm_calls WHERE start_time >= '2026-10-05 09:00:00' AND start_time < '2026-10-05 12:00:00'",
		"calls of Grafana":  "SELECT count() FROM llm_calls WHERE start_time >= toDateTime(1791190800) AND start_time <= toDateTime(1791201600) AND billable",
		"calls of an hour":  "SELECT count() FROM llm_calls WHERE toStartOfHour(start_time) = toDateTime('2026-10-05 10:00:00', 'UTC')",
		"spans by hand":     "SELECT count() FROM agent_spans WHERE start_time >= '2026-10-05 09:00:00' AND start_time < '2026-10-05 12:00:00'",
		"sums of an hour":   "SELECT sum(calls) FROM cost_hourly WHERE hour = toDateTime('2026-10-05 10:00:00', 'UTC')",
		"sums of the night": "SELECT sum(calls) FROM cost_hourly WHERE hour >= toDateTime('2026-10-05 20:00:00', 'UTC')",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := server.QueryIn(t.Context(), database, query)
			if err != nil || strings.TrimSpace(got) != "1" {
				t.Errorf("%s: %q, %v: expected 1", query, got, err)
			}
		})
	}
}

// A question of the view reads the days that it is about, and no others.
func TestViews_ReadTheDaysOfAPeriod(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store := openAlone(t, server.DSN(database))
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.SetRetention(t.Context(), ledgertest.Forever); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	const days, perDay = 5, 20_000
	for d := range days {
		calls := ledgertest.RandomCalls(perDay, uint64(100+d))
		for i := range calls {
			calls[i].Start = day.AddDate(0, 0, d).Add(time.Duration(i) * time.Second)
		}
		if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
			t.Fatal(err)
		}
	}
	execute(t, server, database, "OPTIMIZE TABLE llm_call_rows FINAL")
	plan, err := server.QueryIn(t.Context(), database,
		"SELECT sum(rows) FROM (EXPLAIN ESTIMATE SELECT count() FROM llm_calls WHERE start_time >= '2026-10-07 09:00:00' AND start_time < '2026-10-07 12:00:00')")
	if err != nil {
		t.Fatal(err)
	}
	var rows int
	if _, err := fmt.Sscan(plan, &rows); err != nil {
		t.Fatal(err)
	}
	const granule = 8192
	if rows == 0 || rows > perDay+2*granule {
		t.Errorf("%d rows are read of a day of %d", rows, perDay)
	}
}
