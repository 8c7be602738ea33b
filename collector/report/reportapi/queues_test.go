package reportapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

func TestHealth_SaysHowQueuesStand(t *testing.T) {
	now := time.Now()
	for name, tc := range map[string]struct {
		state queuestate.State
		grade string
		text  string
		fix   string
	}{
		"empty": {
			queuestate.State{Queued: 0, Written: now.Add(-3 * time.Second), Lag: time.Second}, "ok",
			"0 of 1,000 items wait in the queue of cost_ledger; the last write was", "",
		},
		"before the first call": {queuestate.State{}, "ok", "nothing was written yet", ""},
		"nearly full": {
			queuestate.State{Queued: 800, Written: now, Lag: time.Second}, "warning",
			"800 of 1,000 items wait in the queue of cost_ledger; senders are refused when it is full", "num_consumers",
		},
		"catching up": {
			queuestate.State{Queued: 5, Written: now, Lag: time.Hour}, "warning",
			"spans are written 1h00m after they end", "catching up",
		},
		"store down": {
			queuestate.State{Queued: 5, Written: now.Add(-time.Hour), Failing: "unreachable", Fix: "start it", Since: now.Add(-time.Minute)}, "failed",
			"(unreachable): 5 of 1,000 items wait", "start it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			state := tc.state
			state.Exporter, state.Signal, state.Capacity, state.Unit = "cost_ledger", "traces", 1000, "items"
			url := start(t, reportapi.Handler(emptyStore(t), reportapi.WithQueues(func() []queuestate.State { return []queuestate.State{state} })))
			a := answer[struct {
				Findings []struct{ Check, Grade, Text, Fix string }
				Queues   []struct {
					Exporter, Signal, Unit, Failing string
					Queued, Capacity                int64
					Written                         *time.Time
					Lag                             *float64 `json:"lag_seconds"`
				}
			}](t, url+"/v1/health")
			require.Len(t, a.Queues, 1)
			assert.Equal(t, tc.state.Queued, a.Queues[0].Queued)
			assert.Equal(t, tc.state.Written.IsZero(), a.Queues[0].Written == nil)
			for _, f := range a.Findings {
				if f.Check == "queue of traces" {
					assert.Equal(t, tc.grade, f.Grade)
					assert.Contains(t, f.Text, tc.text)
					assert.Contains(t, f.Fix, tc.fix)
					return
				}
			}
			t.Error("no finding about the queue")
		})
	}
}
