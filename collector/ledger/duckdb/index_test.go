package duckdb_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestIndex_ChangesNothingThatIsStored writes and settles the same random rows
// in three stores: one as it is, one that is closed and opened again on the way,
// and one that looks everything up in the tables.
func TestIndex_ChangesNothingThatIsStored(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.duckdb")
			plain, reopened, forgetful := open(t, ":memory:"), open(t, path), open(t, ":memory:")
			random := rand.New(rand.NewPCG(seed, 3))
			for step := range 30 {
				batch := randomBatch(random)
				if random.IntN(6) == 0 {
					if err := reopened.Close(); err != nil {
						t.Fatal(err)
					}
					reopened = again(t, path)
				}
				for _, store := range []*duckdb.Store{plain, reopened, forgetful} {
					if store == forgetful {
						store.ForgetIndex()
					}
					ingest(t, store, batch, step%5 != 0)
				}
			}
			want := stored(t, forgetful)
			for name, store := range map[string]*duckdb.Store{"as it is": plain, "opened again": reopened} {
				if diff := cmp.Diff(want, stored(t, store)); diff != "" {
					t.Errorf("the store %s has other rows than one that looks them up (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func again(t *testing.T, path string) *duckdb.Store {
	t.Helper()
	store, err := duckdb.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// ingest writes a copy of the batch, and settles it unless the collector is
// killed before.
func ingest(t *testing.T, store *duckdb.Store, batch ledger.Batch, settled bool) {
	t.Helper()
	batch = ledger.Batch{Calls: append([]ledger.Call(nil), batch.Calls...), Spans: append([]ledger.AgentSpan(nil), batch.Spans...)}
	settle.Prepare(&batch)
	if err := store.Write(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	if !settled {
		return
	}
	if err := settle.Settle(context.Background(), store, batch); err != nil {
		t.Fatal(err)
	}
}

// randomBatch has rows of few traces over some days, so that most are there
// already, in another version, or have a relative.
func randomBatch(random *rand.Rand) (batch ledger.Batch) {
	first := time.Date(2026, 10, 1, 23, 0, 0, 0, time.UTC)
	days := 3
	if random.IntN(10) == 0 {
		days = 40 // more than are indexed at once
	}
	claims := []string{
		semconv.ClaimTransport, semconv.ClaimClient, semconv.ClaimFramework, semconv.ClaimAggregate,
		semconv.ClaimServer, semconv.ClaimLog, semconv.ClaimBatch, "",
	}
	for range 1 + random.IntN(12) {
		trace := ledger.TraceID{1, byte(random.IntN(6))}
		var span, parent ledger.SpanID
		binary.BigEndian.PutUint64(span[:], 1+random.Uint64N(7))
		binary.BigEndian.PutUint64(parent[:], random.Uint64N(7))
		start := first.Add(time.Duration(random.IntN(days*24)) * time.Hour)
		received := first.Add(time.Duration(random.IntN(100)) * time.Minute)
		if random.IntN(4) == 0 {
			batch.Spans = append(batch.Spans, ledger.AgentSpan{TraceID: trace, SpanID: span, ParentSpanID: parent, Start: start, Role: "step", Name: "s", Received: received})
			continue
		}
		c := newIngestRows(load{}, start).call(trace, span, start)
		c.ParentSpanID, c.Received, c.Claim = parent, received, claims[random.IntN(len(claims))]
		c.ResponseID = []string{"", "r1", "r2", "r3"}[random.IntN(4)]
		c.Usage = usage.Counts{usage.Input: int64(random.IntN(3))}
		batch.Calls = append(batch.Calls, c)
	}
	return batch
}

// storedRow has the columns that settling reads and writes, but for the version.
type storedRow struct {
	Trace, Span, Claim, Response string
	Start                        time.Time
	Billable                     bool
	Input                        int64
}

func stored(t *testing.T, store *duckdb.Store) (rows []storedRow) {
	t.Helper()
	found, err := store.SQL().Query(`
		SELECT trace_id::VARCHAR, span_id::VARCHAR, claim, response_id, start_time, billable, input_tokens FROM llm_call_rows
		UNION ALL SELECT trace_id::VARCHAR, span_id::VARCHAR, 'span', name, start_time, false, 0 FROM agent_span_rows
		ORDER BY ALL`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var r storedRow
		if err := found.Scan(&r.Trace, &r.Span, &r.Claim, &r.Response, &r.Start, &r.Billable, &r.Input); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		t.Fatal("nothing is stored")
	}
	return rows
}
