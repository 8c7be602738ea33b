// Package lognames gives log records that name no user or department those of
// the calls in their trace.
package lognames

import (
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Names are those that all calls of a trace agree on; "" where they do not, or
// where none has one.
type Names struct{ User, Department string }

// chunk is how many traces one statement asks for: ClickHouse refuses one of more
// than 256 KiB.
const chunk = 1000

// day leaves room for the calls of a trace before and after its records.
const day = 24 * time.Hour

// Ask adds the names that the calls of some traces bear, which start in
// [from, until).
type Ask func(traces []ledger.TraceID, from, until time.Time, names map[ledger.TraceID]Names) error

// Name asks for what records lack, and puts it where there is nothing.
func Name(logs []ledger.Log, ask Ask) error {
	traces, from, until := wanted(logs)
	names := make(map[ledger.TraceID]Names, len(traces))
	for some := range slices.Chunk(traces, chunk) {
		if err := ask(some, from, until, names); err != nil {
			return err
		}
	}
	for i := range logs {
		l := &logs[i]
		if l.User == "" {
			l.User = names[l.TraceID].User
		}
		if l.Department == "" {
			l.Department = names[l.TraceID].Department
		}
	}
	return nil
}

// wanted lists the traces of records that lack a name, and bounds the time of
// their calls.
func wanted(logs []ledger.Log) (traces []ledger.TraceID, from, until time.Time) {
	seen := make(map[ledger.TraceID]bool)
	for i := range logs {
		l := &logs[i]
		if l.TraceID.IsZero() || l.User != "" && l.Department != "" {
			continue
		}
		if !seen[l.TraceID] {
			seen[l.TraceID] = true
			traces = append(traces, l.TraceID)
		}
		if from.IsZero() || l.Time.Before(from) {
			from = l.Time
		}
		if l.Time.After(until) {
			until = l.Time
		}
	}
	return traces, from.Add(-day), until.Add(day)
}
