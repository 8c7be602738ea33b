package clickhouse_test

import (
	"context"
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

//go:embed testdata/million_calls.sql
var millionCalls string

// BenchmarkQuestions asks a ledger of a million calls what people ask.
func BenchmarkQuestions(b *testing.B) {
	ctx := context.Background()
	server, database := clickhousetest.Shared(b)
	store, err := clickhouse.Open(ctx, server.DSN(database))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	for _, statement := range []string{
		"INSERT INTO " + database + ".ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)",
		strings.Replace(millionCalls, "INTO llm_call_rows", "INTO "+database+".llm_call_rows", 1),
	} {
		if _, err := server.Query(ctx, statement); err != nil {
			b.Fatal(err)
		}
	}
	if err := store.Refresh(ctx); err != nil {
		b.Fatal(err)
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	from, until := today.AddDate(0, 0, -30), today.AddDate(0, 0, 1)
	traces, err := store.Traces(ctx, ledger.TraceQuery{From: today.AddDate(0, 0, -1), Until: today, Limit: 1})
	if err != nil || len(traces) != 1 {
		b.Fatalf("%d traces, %v", len(traces), err)
	}
	aggregate := func(q ledger.Query) func() error {
		q.From, q.Until = from, until
		return func() error {
			_, err := store.Aggregate(ctx, q)
			return err
		}
	}
	for _, question := range []struct {
		name string
		ask  func() error
	}{
		{"a month by department and application, from the sums", aggregate(ledger.Query{By: []ledger.Dimension{ledger.ByDepartment, ledger.ByApplication}, TotalsOnly: true})},
		{"30 days, top 20 users, from the sums", aggregate(ledger.Query{By: []ledger.Dimension{ledger.ByUser}, Limit: 20, TotalsOnly: true})},
		{"30 days, top 20 users, with percentiles, from the calls", aggregate(ledger.Query{By: []ledger.Dimension{ledger.ByUser}, Limit: 20})},
		{"one trace by its id", func() error {
			_, err := store.Trace(ctx, traces[0].ID)
			return err
		}},
	} {
		b.Run(question.name, func(b *testing.B) {
			for b.Loop() {
				if err := question.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
