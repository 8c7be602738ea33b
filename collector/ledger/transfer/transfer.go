// Package transfer moves a ledger from one store to another, and takes it out
// as files.
package transfer

import (
	"context"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// window bounds what is in memory at a time: a busy team makes some hundred
// thousand calls an hour.
const window = time.Hour

// Progress is told what has been copied so far.
type Progress func(at time.Time, calls, spans int)

// Copy writes every row of source that starts in [from, until) to target; zero
// bounds are those of the source. Rows keep their version: copying again, or
// while a collector writes to either store, neither loses nor doubles any.
func Copy(ctx context.Context, source ledger.Source, target ledger.Writer, from, until time.Time, progress Progress) (calls, spans int, err error) {
	first, last, err := source.Extent(ctx)
	if err != nil || first.IsZero() {
		return 0, 0, err
	}
	if from.Before(first) {
		from = first
	}
	if until.IsZero() || until.After(last) {
		until = last.Add(1)
	}
	for at := from; at.Before(until); {
		end := at.Truncate(window).Add(window)
		if end.After(until) {
			end = until
		}
		var batch ledger.Batch
		if batch.Calls, err = source.Calls(ctx, at, end); err != nil {
			return calls, spans, err
		}
		if batch.Spans, err = source.Spans(ctx, at, end); err != nil {
			return calls, spans, err
		}
		if len(batch.Calls)+len(batch.Spans) > 0 {
			if err := target.Write(ctx, batch); err != nil {
				return calls, spans, fmt.Errorf("rows from %s on: %w", at.UTC().Format(time.RFC3339), err)
			}
		}
		calls, spans = calls+len(batch.Calls), spans+len(batch.Spans)
		if progress != nil {
			progress(end, calls, spans)
		}
		at = end
	}
	return calls, spans, nil
}
