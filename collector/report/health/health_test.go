package health_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/health"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var now = time.Date(2026, 11, 30, 12, 30, 0, 0, time.UTC)

func newLedger(t *testing.T) ledger.Store {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func grades(f health.Findings) map[string]health.Grade {
	byCheck := map[string]health.Grade{}
	for _, finding := range f {
		byCheck[finding.Check] = finding.Grade
	}
	return byCheck
}

// of returns what one check found.
func of(t *testing.T, found health.Findings, check string) health.Finding {
	t.Helper()
	at := slices.IndexFunc(found, func(f health.Finding) bool { return f.Check == check })
	require.GreaterOrEqual(t, at, 0, check)
	return found[at]
}

func write(t *testing.T, store ledger.Store, at time.Time, department, status string) {
	t.Helper()
	require.NoError(t, store.Migrate(t.Context()))
	c := ledger.Call{
		Start: at, Received: at, Department: department, RequestModel: "gpt-5", Role: semconv.RoleLLM, Billable: true,
		Cost: ledger.Cost{Status: status, Amount: &udecimal.Decimal{}, Currency: "USD"},
	}
	if status != "priced" {
		c.Cost = ledger.Cost{Status: status, Reason: "unknown_model"}
	}
	binary.BigEndian.PutUint64(c.TraceID[:], uint64(at.UnixNano()))
	binary.BigEndian.PutUint64(c.SpanID[:], uint64(at.UnixNano()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
}

// examine returns what is found of a ledger alone.
func examine(t *testing.T, reader ledger.Reader, at time.Time) health.Findings {
	t.Helper()
	return health.Installation{Reader: reader, Prices: pricing.Default()}.Examine(t.Context(), at)
}

type downReader struct{ ledger.Reader }

func (downReader) Aggregate(context.Context, ledger.Query) ([]ledger.Group, error) {
	return nil, errors.New("connection refused")
}

func TestExamine(t *testing.T) {
	t.Run("all is well", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-time.Minute), "claims", "priced")
		found := examine(t, store, now)
		assert.Zero(t, found.Count(health.Failed))
		assert.Equal(t, "0 traces in which several spans may describe one call (last 24h, except the last 5 minutes): none is settled wrongly", of(t, found, "bills of calls").Says)
		assert.Equal(t, health.Finding{
			Check: "way to the ledger", Grade: health.Skipped, Says: "not checked: no test span was sent", Hint: "name the receiver with --otlp, or use --end-to-end",
		}, of(t, found, "way to the ledger"))
		for _, finding := range found {
			assert.Contains(t, []health.Grade{health.OK, health.Skipped}, finding.Grade, finding.Check)
		}
	})
	t.Run("a call that lost its bill fails, with the command that corrects it", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-time.Hour), "claims", "priced")
		c := ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: now.Add(-time.Hour), Received: now, Claim: semconv.ClaimClient,
			Role: semconv.RoleLLM, Cost: ledger.Cost{Status: "priced", Amount: &udecimal.One, Currency: "USD"},
		}
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
		found := examine(t, store, now)
		assert.Equal(t, health.Failed, grades(found)["bills of calls"])
		for _, finding := range found {
			if finding.Check == "bills of calls" {
				assert.Contains(t, finding.Says, "1 call settled wrongly: the total is wrong by 1 USD")
				assert.Contains(t, finding.Hint, "spanledger repair")
			}
		}
	})
	t.Run("a store that is down fails", func(t *testing.T) {
		found := examine(t, downReader{}, now)
		assert.Equal(t, health.Failed, grades(found)["arrival"])
	})
	t.Run("a store that cannot be opened fails", func(t *testing.T) {
		found := health.Installation{OpenError: errors.New("connection refused"), Prices: pricing.Default()}.Examine(t.Context(), now)
		assert.Equal(t, health.Failed, grades(found)["store"])
		assert.Equal(t, 1, found.Count(health.Failed))
	})
	t.Run("a collector that wants a token", func(t *testing.T) {
		locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
		defer locked.Close()
		client, err := remote.NewClient(locked.URL)
		require.NoError(t, err)
		arrival := of(t, examine(t, client, now), "arrival")
		assert.Equal(t, health.Failed, arrival.Grade)
		assert.Contains(t, arrival.Says, "requires a token (401)")
		assert.Equal(t, "set SPANLEDGER_TOKEN to the `token` of ledger_api", arrival.Hint)
	})
	t.Run("a store nobody has written to", func(t *testing.T) {
		assert.Equal(t, health.Warning, grades(examine(t, newLedger(t), now))["store"])
	})
	t.Run("nothing arrives any more", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-3*time.Hour), "claims", "priced")
		assert.Equal(t, health.Warning, grades(examine(t, store, now))["arrival"])
		store = newLedger(t)
		write(t, store, now.Add(-48*time.Hour), "claims", "priced")
		assert.Equal(t, health.Warning, grades(examine(t, store, now))["arrival"])
	})
	t.Run("spans arrive and no call is among them", func(t *testing.T) {
		store := newLedger(t)
		require.NoError(t, store.Migrate(t.Context()))
		span := ledger.AgentSpan{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: now.Add(-time.Minute), Received: now, Role: semconv.RoleAgent, Application: ledger.CheckApplication}
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Spans: []ledger.AgentSpan{span}}))
		arrival := of(t, examine(t, store, now), "arrival")
		assert.Equal(t, "no call in the last 24 hours", arrival.Says, "the test span of a check is not of the application")
		assert.Contains(t, arrival.Hint, "OTEL_EXPORTER_OTLP_ENDPOINT")

		unread := collectorReader{Reader: onlyReader{store}, found: []remote.Finding{{Check: health.SpansRead, Grade: "warning", Text: "7 spans", Fix: health.HintUnread}}}
		arrival = of(t, examine(t, unread, now), "arrival")
		assert.Equal(t, "no call in the last 24 hours, but spans arrive that look like LLM calls", arrival.Says)
		assert.Equal(t, "the check `recognized spans` names them: "+health.HintUnread, arrival.Hint)

		span.TraceID, span.Application = ledger.TraceID{2}, "intake-bot"
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Spans: []ledger.AgentSpan{span}}))
		arrival = of(t, examine(t, store, now), "arrival")
		assert.Equal(t, health.Finding{Check: "arrival", Grade: health.Warning, Says: "spans of agents arrive, but no LLM call in the last 24 hours", Hint: "instrument the LLM client of the application (docs/sdks.md)"}, arrival)
	})
	t.Run("calls without price or department", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-time.Minute), "", "unpriced")
		all := examine(t, store, now)
		found := grades(all)
		assert.Equal(t, health.Warning, found["prices of calls"])
		assert.Equal(t, health.Warning, found["attribution"])
		assert.Equal(t, "1 of 1 calls has no price", of(t, all, "prices of calls").Says)
	})
	t.Run("a call from the future", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(time.Hour), "claims", "priced")
		assert.Equal(t, health.Warning, grades(examine(t, store, now))["clocks of senders"])
	})
	t.Run("the catalogue is old", func(t *testing.T) {
		assert.Equal(t, health.Warning, grades(examine(t, newLedger(t), now.AddDate(1, 0, 0)))["catalogue"])
	})
}

// collectorReader is the ledger through a collector that examines itself.
type collectorReader struct {
	ledger.Reader
	found []remote.Finding
	err   error
}

func (r collectorReader) Health(context.Context) ([]remote.Finding, error) { return r.found, r.err }

func TestExamine_AsksTheCollectorInBetween(t *testing.T) {
	store := newLedger(t)
	write(t, store, now.Add(-time.Hour), "claims", "priced")
	found := examine(t, collectorReader{Reader: onlyReader{store}, found: []remote.Finding{
		{Check: "catalogue", Grade: "failed", Text: "of the collector"}, // this side's own stays
		{Check: "bills of calls", Grade: "warning", Text: "one is open", Fix: "repair"},
		{Check: health.SpansRead, Grade: "warning", Text: "7 spans", Fix: health.HintUnread},
	}}, now)
	byCheck := map[string]health.Finding{}
	for _, f := range found {
		_, twice := byCheck[f.Check]
		assert.False(t, twice, f.Check)
		byCheck[f.Check] = f
	}
	assert.NotEqual(t, "of the collector", byCheck["catalogue"].Says)
	assert.Equal(t, health.Finding{Check: "bills of calls", Grade: health.Warning, Says: "one is open", Hint: "repair"}, byCheck["bills of calls"])
	assert.Equal(t, health.Finding{Check: health.SpansRead, Grade: health.Warning, Says: "7 spans", Hint: health.HintUnread}, byCheck[health.SpansRead])

	found = examine(t, collectorReader{Reader: onlyReader{store}, found: []remote.Finding{
		{Check: "queue of traces", Grade: "ok", Text: "of cost_ledger"}, {Check: "queue of traces", Grade: "failed", Text: "of cost_ledger/large_traces"},
	}}, now)
	assert.Contains(t, found, health.Finding{Check: "queue of traces", Grade: health.OK, Says: "of cost_ledger"})
	assert.Contains(t, found, health.Finding{Check: "queue of traces", Grade: health.Failed, Says: "of cost_ledger/large_traces"}, "each queue has its own finding")

	found = examine(t, collectorReader{Reader: onlyReader{store}, err: errors.New("no such path")}, now)
	assert.Equal(t, health.Skipped, grades(found)["collector"])
	bills := of(t, found, "bills of calls")
	assert.Equal(t, "not checked through a collector's API; use `spanledger repair --since 24h`", bills.Says)
}

// onlyReader hides that the store could do more than read.
type onlyReader struct{ ledger.Reader }
