package remote_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const adminToken = "sesame"

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// operations are served with the token above over a store of n calls of gpt-5, an
// hour apart, of a million input tokens each.
func operations(t *testing.T, n int) (*remote.Operations, ledger.Store, []ledger.Call) {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	calls := ledgertest.RandomCalls(n, 1)
	for i := range calls {
		c := &calls[i]
		c.Start, c.Claim, c.Billable = october.Add(time.Duration(i)*time.Hour), "client", true
		c.Provider, c.RequestModel, c.ResponseModel, c.ServerAddress = "openai", "gpt-5", "", ""
		c.Terms, c.ServiceTier, c.ErrorType, c.StatusCode, c.Error = ledger.Terms{}, "", "", 0, false
		c.UsageSource, c.UsageFields, c.Usage = "reported", int(usage.NumBilled), usage.Counts{usage.Input: 1_000_000}
		c.Cost = ledger.Cost{Status: "unpriced"}
		c.Cost = reprice.Cost(pricing.Default(), c)
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	return &remote.Operations{
		Open: func(context.Context) (operate.Operator, error) { return operate.On(store, pricing.Default()), nil },
		Allow: func(r *http.Request) error {
			if r.Header.Get(remote.AdminHeader) != adminToken {
				return errors.New("set admin_token")
			}
			return nil
		},
	}, store, calls
}

// corrected has twice the price of gpt-5.
var corrected = operate.Prices{Name: "prices.json", File: []byte(`{"format": 1, "version": "twice", "providers": [
	{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5"], "cards": [{"rates": {"input": "2.5", "output": "20"}}]}]}]}`)}

func TestOperations_RepriceAsOnTheStore(t *testing.T) {
	o, store, calls := operations(t, 30)
	asked := operate.Repricing{From: october, Until: october.AddDate(0, 1, 0), Prices: corrected}
	want, err := operate.On(store, pricing.Default()).Reprice(t.Context(), asked)
	require.NoError(t, err)
	require.EqualValues(t, 30, want.Total.Changed)

	stranger, admin := serve(t, o.Handler()), serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	seen := 0
	asked.Progress = func(done time.Time, calls int) {
		assert.False(t, done.Before(october))
		seen = calls
	}
	got, err := stranger.Reprice(t.Context(), asked)
	require.NoError(t, err, "a dry run only reads")
	assert.Equal(t, inJSON(t, want), inJSON(t, got))
	assert.Equal(t, 30, seen)

	asked.Apply = true
	_, err = stranger.Reprice(t.Context(), asked)
	require.ErrorContains(t, err, "set admin_token")
	trace, err := store.Trace(t.Context(), calls[0].TraceID)
	require.NoError(t, err)
	assert.Equal(t, "1.25", trace.Calls[0].Cost.Amount.String())

	got, err = admin.Reprice(t.Context(), asked)
	require.NoError(t, err)
	assert.True(t, got.Applied)
	trace, err = store.Trace(t.Context(), calls[0].TraceID)
	require.NoError(t, err)
	assert.Equal(t, "2.5", trace.Calls[0].Cost.Amount.String())

	_, err = admin.Reprice(t.Context(), operate.Repricing{From: october, Until: october.AddDate(0, 1, 0), Prices: operate.Prices{Fallback: "no such model"}})
	assert.ErrorContains(t, err, "unknown-model")
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func TestOperations_Repair(t *testing.T) {
	o, store, calls := operations(t, 3)
	wrong := calls[1]
	wrong.Billable = false
	wrong.Received = wrong.Received.Add(time.Minute)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{wrong}}))
	opts := settle.RepairOptions{From: october, Until: october.AddDate(0, 1, 0)}
	want, err := settle.Repair(t.Context(), store, opts)
	require.NoError(t, err)
	require.Len(t, want.Wrong, 1)

	stranger, admin := serve(t, o.Handler()), serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	steps := 0
	opts.Progress = func(time.Time) { steps++ }
	got, err := stranger.Repair(t.Context(), opts)
	require.NoError(t, err)
	assert.Equal(t, want.Wrong[0].SpanID, got.Wrong[0].SpanID)
	assert.Equal(t, want.Difference.String(), got.Difference.String())
	assert.Positive(t, steps)
	opts.Apply = true
	_, err = stranger.Repair(t.Context(), opts)
	require.ErrorContains(t, err, "set admin_token")
	_, err = admin.Repair(t.Context(), opts)
	require.NoError(t, err)
	found, err := admin.Repair(t.Context(), opts)
	require.NoError(t, err)
	assert.Empty(t, found.Wrong)
}

func TestOperations_RetentionAndVoid(t *testing.T) {
	o, store, calls := operations(t, 2)
	stranger, admin := serve(t, o.Handler()), serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	kept, err := stranger.Retention(t.Context())
	require.NoError(t, err)
	kept.LogDays = 7
	require.ErrorContains(t, stranger.SetRetention(t.Context(), kept), "set admin_token")
	require.ErrorContains(t, stranger.Expire(t.Context()), "set admin_token")
	require.NoError(t, admin.SetRetention(t.Context(), kept))
	require.NoError(t, admin.Expire(t.Context()))
	now, err := store.Retention(t.Context())
	require.NoError(t, err)
	assert.Equal(t, kept, now)
	kept.LogDays = 0
	assert.ErrorContains(t, admin.SetRetention(t.Context(), kept), "log days 0")

	_, err = stranger.Void(t.Context(), calls[0].TraceID, calls[0].SpanID, "a load test")
	require.ErrorContains(t, err, "set admin_token")
	before, err := admin.Void(t.Context(), calls[0].TraceID, calls[0].SpanID, "a load test")
	require.NoError(t, err)
	assert.Equal(t, "1.25", before.Cost.Amount.String())
	_, err = admin.Void(t.Context(), calls[0].TraceID, calls[0].SpanID, "again")
	assert.ErrorContains(t, err, "voided already")
	_, err = admin.Void(t.Context(), ledger.TraceID{9}, ledger.SpanID{9}, "no such call")
	assert.ErrorIs(t, err, ledger.ErrNotFound)
}

func TestOperations_Forget(t *testing.T) {
	o, store, calls := operations(t, 40)
	user, of := "", map[string]int64{}
	for i := range calls {
		of[calls[i].User]++
		user = cmp.Or(user, calls[i].User)
	}
	require.NotEmpty(t, user)
	stranger, admin := serve(t, o.Handler()), serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	_, err := stranger.Forget(t.Context(), user)
	require.ErrorContains(t, err, "set admin_token")
	_, err = admin.Forget(t.Context(), "")
	require.ErrorContains(t, err, "user is missing")

	forgotten, err := admin.Forget(t.Context(), user)
	require.NoError(t, err)
	assert.Equal(t, of[user], forgotten)
	groups, err := store.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByUser}})
	require.NoError(t, err)
	for _, g := range groups {
		assert.NotEqual(t, user, g.Key[0])
	}
	forgotten, err = admin.Forget(t.Context(), user)
	require.NoError(t, err)
	assert.Zero(t, forgotten)
}

// slow is a ledger whose expiry waits until it is told to end.
type slow struct {
	operate.Operator
	begun chan struct{}
}

func (s slow) Expire(ctx context.Context) error {
	close(s.begun)
	<-ctx.Done()
	return ctx.Err()
}

func TestOperations_OneChangeAtATimeUntilTheCollectorStops(t *testing.T) {
	begun, stop := make(chan struct{}), make(chan struct{})
	o := &remote.Operations{
		Open:  func(context.Context) (operate.Operator, error) { return slow{begun: begun}, nil },
		Allow: func(*http.Request) error { return nil },
		Stop:  stop,
	}
	client := serve(t, o.Handler())
	ended := make(chan error, 1)
	go func() { ended <- client.Expire(context.Background()) }()
	<-begun
	require.ErrorContains(t, client.SetRetention(t.Context(), ledger.DefaultRetention), "being changed by another command")
	close(stop)
	select {
	case err := <-ended:
		assert.ErrorContains(t, err, "canceled")
	case <-time.After(10 * time.Second):
		t.Fatal("the operation continues after the collector was told to stop")
	}
}

func TestOperations_WhatClientsAreTold(t *testing.T) {
	t.Run("by a collector that does not know them", func(t *testing.T) {
		err := serve(t, http.NotFoundHandler()).Expire(t.Context())
		assert.ErrorIs(t, err, errors.ErrUnsupported)
	})
	t.Run("by one that was killed meanwhile", func(t *testing.T) {
		killed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "{}\n"+`{"progress":{"done":"2026-10-01T00:00:00Z"}}`+"\n")
		})
		_, err := serve(t, killed).Repair(t.Context(), settle.RepairOptions{From: october, Until: october.Add(time.Hour)})
		assert.ErrorContains(t, err, "ended without a result")
	})
}
