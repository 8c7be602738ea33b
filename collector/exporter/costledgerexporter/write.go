package costledgerexporter

import (
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// writeItems writes the rows of items together, their results last.
func (e *costLedger) writeItems(ctx context.Context, items []wire.Item) error {
	batches := make([]ledger.Batch, 0, len(items))
	var results []ledger.Result
	for i := range items {
		item := &items[i]
		if len(item.Calls)+len(item.Spans) > 0 {
			batches = append(batches, ledger.Batch{Calls: item.Calls, Spans: item.Spans, Checked: item.Checked})
		}
		results = append(results, item.Results...)
	}
	if err := e.write(ctx, batches); err != nil {
		return err
	}
	return e.writeResults(ctx, results)
}

// writeResults writes evaluations and outcomes.
func (e *costLedger) writeResults(ctx context.Context, results []ledger.Result) error {
	if len(results) == 0 {
		return nil
	}
	start := time.Now()
	err := e.migrate(ctx)
	if err == nil {
		err = e.store.WriteResults(ctx, results)
	}
	if err != nil {
		e.failed(ctx, err)
		return err
	}
	e.outage.over()
	e.telemetry.ResultsWritten(ctx, len(results), time.Since(start))
	return nil
}

func (e *costLedger) write(ctx context.Context, batches []ledger.Batch) error {
	if len(batches) == 0 {
		return nil
	}
	start := time.Now()
	err := e.migrate(ctx)
	if err == nil {
		settle.PrepareFor(e.store, batches)
		err = e.store.Write(ctx, batches...)
	}
	if e.settler != nil && err == nil {
		// After a failure all of them come again, which is harmless.
		if err = e.settler.Settle(ctx, batches...); err != nil {
			err = &unsettledError{err}
		}
	}
	if err != nil {
		e.failed(ctx, err)
		return err
	}
	e.outage.over()
	if i := slices.IndexFunc(batches, func(b ledger.Batch) bool { return len(b.Calls) > 0 }); i >= 0 {
		e.sample.Store(&wire.Item{Calls: slices.Clone(batches[i].Calls[:1])})
	}
	e.expired.see(ctx, batches)
	now := time.Now()
	calls, spans := ledger.CountRows(batches)
	e.telemetry.Written(ctx, calls, spans, now.Sub(start), now.Sub(oldestEnd(batches)))
	return nil
}
