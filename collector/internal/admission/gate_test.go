package admission_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/admission"
)

func TestGate_HasItsNumberOfPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := admission.NewGate(2)
		entered := 0
		for range 3 {
			go func() {
				_ = gate.Enter(t.Context())
				entered++
			}()
			synctest.Wait()
		}
		assert.Equal(t, 2, entered)
		gate.Leave()
		synctest.Wait()
		assert.Equal(t, 3, entered)
	})
}

func TestGate_NoOneWaitsForARequestThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := admission.NewGate(1)
		require.NoError(t, gate.Enter(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		go func() { err = gate.Enter(ctx) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		assert.ErrorIs(t, err, context.Canceled)
		gate.Leave()
		assert.NoError(t, gate.Enter(t.Context()), "it holds no place")
	})
}

func TestLeave_FreesThePlaceOfAContextOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := admission.NewGate(2)
		require.NoError(t, gate.Enter(t.Context()))
		require.NoError(t, gate.Enter(t.Context()))
		ctx := gate.Hold(t.Context())
		admission.Leave(ctx)
		go admission.Leave(ctx) // would wait for a place to be entered, or free the other one
		synctest.Wait()
		entered := 0
		for range 2 {
			go func() {
				_ = gate.Enter(t.Context())
				entered++
			}()
			synctest.Wait()
		}
		assert.Equal(t, 1, entered)
		gate.Leave()
		synctest.Wait()
	})
}

func TestLeave_HasNoEffectWithoutAPlace(*testing.T) {
	admission.Leave(context.Background())
}
