package reportapi

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/health"
)

type queue struct {
	Exporter string   `json:"exporter"`
	Signal   string   `json:"signal"`
	Queued   int64    `json:"queued"`
	Capacity int64    `json:"capacity"`
	Unit     string   `json:"unit"`
	Written  *string  `json:"written"`
	Lag      *float64 `json:"lag_seconds"`
	Failing  string   `json:"failing"`
}

// fullShare of a queue is significant: senders are refused when it is full.
const fullShare = 0.8

// longLag is how long after their end the spans of a write may be written: senders
// wait five seconds, and the exporter up to ten for a batch.
const longLag = 2 * time.Minute

// queues lists the queues in front of the ledger, and what is to say of them.
func (c *config) queueList(now time.Time) ([]queue, health.Findings) {
	out := []queue{}
	if c.queues == nil {
		return out, nil
	}
	var found health.Findings
	for _, s := range c.queues() {
		q := queue{Exporter: s.Exporter, Signal: s.Signal, Queued: s.Queued, Capacity: s.Capacity, Unit: s.Unit, Failing: s.Failing}
		if !s.Written.IsZero() {
			seconds := s.Lag.Seconds()
			q.Written, q.Lag = optional(rfc3339(s.Written)), &seconds
		}
		out = append(out, q)
		found = append(found, examineQueue(&s, now))
	}
	return out, found
}

func examineQueue(s *queuestate.State, now time.Time) health.Finding {
	f := health.Finding{Check: "queue of " + s.Signal, Grade: health.OK}
	waiting := fmt.Sprintf("%s of %s %s wait in the queue of %s", format.Grouped(s.Queued), format.Grouped(s.Capacity), s.Unit, s.Exporter)
	switch {
	case s.Failing != "":
		f.Grade, f.Says, f.Hint = health.Failed, fmt.Sprintf("the ledger cannot be written (%s): %s", s.Failing, waiting), s.Fix
		if !s.Since.IsZero() {
			f.Says = fmt.Sprintf("the ledger cannot be written since %s (%s): %s", s.Since.UTC().Format(time.DateTime+" UTC"), s.Failing, waiting)
		}
		if f.Hint == "" {
			f.Hint = "see the log of the collector; nothing is lost while the queue has room"
		}
	case s.Capacity > 0 && float64(s.Queued) >= fullShare*float64(s.Capacity):
		f.Grade, f.Says = health.Warning, waiting+"; senders are refused when it is full"
		f.Hint = "check if the store is slow; increase num_consumers or sending_queue::queue_size of cost_ledger"
	case s.Queued > 0 && s.Lag > longLag:
		f.Grade, f.Says = health.Warning, fmt.Sprintf("%s, and spans are written %s after they end", waiting, format.Elapsed(s.Lag))
		f.Hint = "the collector is catching up, or the store is slower than the senders: look again in some minutes"
	case s.Written.IsZero():
		f.Says = waiting + "; nothing was written yet"
	default:
		f.Says = fmt.Sprintf("%s; the last write was %s ago", waiting, format.Elapsed(now.Sub(s.Written).Truncate(time.Second)))
	}
	return f
}
