package health_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
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

type downReader struct{ ledger.Reader }

func (downReader) Aggregate(context.Context, ledger.Query) ([]ledger.Group, error) {
	return nil, errors.New("connection refused")
}

func TestExamine(t *testing.T) {
	prices := pricing.Default()
	t.Run("all is well", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-time.Minute), "claims", "priced")
		found := health.Examine(t.Context(), store, prices, now)
		assert.False(t, found.Failed())
		for check, grade := range grades(found) {
			assert.Equal(t, health.OK, grade, check)
		}
	})
	t.Run("a store that is down fails", func(t *testing.T) {
		found := health.Examine(t.Context(), downReader{}, prices, now)
		assert.True(t, found.Failed())
		assert.Equal(t, health.Failed, grades(found)["store"])
	})
	t.Run("a store nobody has written to", func(t *testing.T) {
		assert.Equal(t, health.Warning, grades(health.Examine(t.Context(), newLedger(t), prices, now))["store"])
	})
	t.Run("nothing arrives any more", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-3*time.Hour), "claims", "priced")
		assert.Equal(t, health.Warning, grades(health.Examine(t.Context(), store, prices, now))["arrival"])
		store = newLedger(t)
		write(t, store, now.Add(-48*time.Hour), "claims", "priced")
		assert.Equal(t, health.Warning, grades(health.Examine(t.Context(), store, prices, now))["arrival"])
	})
	t.Run("calls without price or department", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, now.Add(-time.Minute), "", "unpriced")
		found := grades(health.Examine(t.Context(), store, prices, now))
		assert.Equal(t, health.Warning, found["prices of calls"])
		assert.Equal(t, health.Warning, found["attribution"])
	})
	t.Run("the price list is old", func(t *testing.T) {
		assert.Equal(t, health.Warning, grades(health.Examine(t.Context(), newLedger(t), prices, now.AddDate(1, 0, 0)))["price list"])
	})
}
