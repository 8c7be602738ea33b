package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// unwritable is a store that can be read, and fails every write.
type unwritable struct {
	ledger.Store
	err error
}

func (s *unwritable) Write(context.Context, ...ledger.Batch) error       { return s.err }
func (s *unwritable) KeepCosts(context.Context, []ledger.PastCost) error { return s.err }
func (s *unwritable) WriteCosts(context.Context, []ledger.Call, time.Time) (int, error) {
	return 0, s.err
}
func (s *unwritable) SetRetention(context.Context, ledger.Retention) error { return s.err }
func (s *unwritable) Expire(context.Context) error                         { return s.err }
func (s *unwritable) WriteResults(context.Context, []ledger.Result) error  { return s.err }

func TestOperations_OnAStoreThatCannotBeWrittenMayBeRepeated(t *testing.T) {
	o, store, calls := operations(t, 3)
	wrong := calls[1]
	wrong.Billable = false
	wrong.Received = wrong.Received.Add(time.Minute)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{wrong}}))
	failing := &unwritable{Store: store}
	o.Open = func(context.Context) (operate.Operator, error) { return operate.On(failing, pricing.Default()), nil }
	client := serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	from, until := october, october.AddDate(0, 1, 0)
	operations := map[string]func(context.Context) error{
		"retention": func(ctx context.Context) error { return client.SetRetention(ctx, ledger.DefaultRetention) },
		"expire":    client.Expire,
		"repair": func(ctx context.Context) error {
			_, err := client.Repair(ctx, settle.RepairOptions{From: from, Until: until, Apply: true})
			return err
		},
		"reprice": func(ctx context.Context) error {
			_, err := client.Reprice(ctx, operate.Repricing{From: from, Until: until, Prices: corrected, Apply: true})
			return err
		},
		"void": func(ctx context.Context) error {
			_, err := client.Void(ctx, calls[0].TraceID, calls[0].SpanID, "a load test")
			return err
		},
	}
	for cause, status := range map[ledger.Cause]int{
		ledger.CauseDiskFull: http.StatusServiceUnavailable, ledger.CauseReadOnly: http.StatusServiceUnavailable,
		ledger.CauseUnreachable: http.StatusServiceUnavailable, ledger.CauseOther: http.StatusInternalServerError,
	} {
		failing.err = fmt.Errorf("ledger: %w", &ledger.StoreError{Cause: cause, Err: errors.New("of the store")})
		for name, do := range operations {
			var refused *remote.ServerError
			require.ErrorAs(t, do(t.Context()), &refused, "%s, %s", name, cause)
			assert.Equal(t, status, refused.StatusCode, "%s, %s", name, cause)
			assert.Contains(t, refused.Message, "of the store")
			assert.Contains(t, refused.Message, cause.Hint())
		}
	}
	failing.err = nil
	failing.Store = store
	o.Open = func(context.Context) (operate.Operator, error) { return operate.On(store, pricing.Default()), nil }
	for _, name := range []string{"retention", "expire", "repair", "reprice", "void"} {
		assert.NoError(t, operations[name](t.Context()), "%s, again", name)
	}
}

func TestOperations_OnAStoreThatCannotBeOpened(t *testing.T) {
	o, _, _ := operations(t, 1)
	o.Open = func(context.Context) (operate.Operator, error) {
		return nil, &ledger.StoreError{Cause: ledger.CauseLocked, Err: errors.New("held by another process")}
	}
	client := serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	for _, err := range []error{client.Expire(t.Context()), client.SetRetention(t.Context(), ledger.DefaultRetention)} {
		var refused *remote.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, http.StatusServiceUnavailable, refused.StatusCode)
		assert.Contains(t, refused.Message, "stop the other process")
	}
}

func TestOperations_WrongPricesAreAWrongRequest(t *testing.T) {
	o, _, _ := operations(t, 1)
	client := serve(t, o.Handler(), remote.WithAdminToken(adminToken))
	for _, prices := range []operate.Prices{{Fallback: "no such model"}, {Name: "prices.json", File: []byte("{")}} {
		_, err := client.Reprice(t.Context(), operate.Repricing{From: october, Until: october.AddDate(0, 1, 0), Prices: prices})
		var refused *remote.ServerError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, http.StatusBadRequest, refused.StatusCode, refused.Message)
	}
}
