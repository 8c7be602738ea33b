// Package lognames gives log records that name no user or department those of
// the calls in their trace.
package lognames

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Names are those that all calls of a trace agree on; "" where they do not, or
// where none has one.
type Names struct{ User, Department string }

// Chunk is how many traces one statement asks for: ClickHouse refuses one of more
// than 256 KiB.
const Chunk = 1000

// day leaves room for the calls of a trace before and after its records.
const day = 24 * time.Hour

// Wanted lists the traces of records that lack a name, and bounds the time of
// their calls.
func Wanted(logs []ledger.Log) (traces []ledger.TraceID, from, until time.Time) {
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

// Fill puts names where there are none.
func Fill(logs []ledger.Log, names map[ledger.TraceID]Names) {
	for i := range logs {
		l := &logs[i]
		if l.User == "" {
			l.User = names[l.TraceID].User
		}
		if l.Department == "" {
			l.Department = names[l.TraceID].Department
		}
	}
}
