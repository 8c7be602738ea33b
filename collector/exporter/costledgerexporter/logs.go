package costledgerexporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
)

func (e *costLedger) pushLogs(ctx context.Context, ld plog.Logs) error {
	b := e.logBuilder()
	for _, resource := range ld.ResourceLogs().All() {
		r := rows.NewLogResource(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				b.Add(r, record)
			}
		}
	}
	ctx, release := e.stop.limit(ctx)
	defer release()
	whole, cancel := ofTime(ctx)
	defer cancel()
	err := e.writeResults(whole, b.Results)
	if err != nil && ctx.Err() == nil && blames(err) {
		err = writeInParts(ctx, e, b.Results, e.writeResults, func(r *ledger.Result) (ledger.TraceID, ledger.SpanID) { return r.TraceID, r.SpanID })
	}
	if err != nil {
		return err
	}
	err = e.writeLogs(whole, b.Logs)
	var rowError *ledger.RowError
	switch {
	case errors.As(err, &rowError):
		err = e.writeLogsWithoutPoison(ctx, ld)
	case err != nil && ctx.Err() == nil && blames(err):
		err = writeInParts(ctx, e, b.Logs, e.writeLogs, func(l *ledger.Log) (ledger.TraceID, ledger.SpanID) { return l.TraceID, l.SpanID })
	}
	if err != nil {
		return err
	}
	e.telemetry.Limited(ctx, b.Limited)
	for reason, n := range b.LeftOut {
		e.telemetry.LogsLeftOut(ctx, string(reason), n)
	}
	return nil
}

func (e *costLedger) logBuilder() *rows.LogBuilder {
	return rows.NewLogBuilder(rows.LogPolicy{RequireTrace: e.cfg.Logs.RequireTrace, MaxValueBytes: e.cfg.Logs.MaxValueBytes}, ledger.Receipt(time.Now()))
}

func (e *costLedger) writeLogs(ctx context.Context, logs []ledger.Log) error {
	if len(logs) == 0 {
		return nil
	}
	start := time.Now()
	if err := e.storing(ctx, func() error { return e.store.WriteLogs(ctx, logs) }); err != nil {
		return err
	}
	now := time.Now()
	e.queue.see(now, now.Sub(slices.MinFunc(logs, func(a, b ledger.Log) int { return a.Time.Compare(b.Time) }).Time))
	e.telemetry.LogsWritten(ctx, len(logs), time.Since(start))
	return nil
}

// writeLogsWithoutPoison looks at the records one at a time: those that no store
// can hold go to the dead-letter file, the rest to the store. The file comes
// first: what it cannot take stays in the queue.
func (e *costLedger) writeLogsWithoutPoison(ctx context.Context, ld plog.Logs) error {
	kept := e.logBuilder()
	var letters []deadletter.Letter
	for _, resource := range ld.ResourceLogs().All() {
		r := rows.NewLogResource(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if !kept.Add(r, record) {
					continue
				}
				last := len(kept.Logs) - 1
				if err := kept.Logs[last].Check(); err != nil {
					kept.Logs = kept.Logs[:last]
					letters = append(letters, deadletter.NewLogLetter(err, resource, scope, record))
				}
			}
		}
	}
	if err := e.dead.Append(letters); err != nil {
		err = fmt.Errorf("dead-letter file: %w", err)
		e.failed(ctx, err)
		return err
	}
	e.telemetry.DeadLettered(ctx, len(letters))
	e.logger.Warn("Log records that the ledger cannot store are in the dead-letter file",
		zap.Int("records", len(letters)), zap.String("file", e.dead.Path()), zap.String("first", letters[0].Reason))
	return e.writeLogs(ctx, kept.Logs)
}

// writeInParts finds the records because of which the store refuses an
// export, or takes too long, and posts them.
func writeInParts[T any](ctx context.Context, e *costLedger, rows []T, write func(context.Context, []T) error, place func(*T) (ledger.TraceID, ledger.SpanID)) error {
	found := isolate(ctx, rows, nil, write)
	letters := make([]deadletter.Letter, 0, len(found.poison))
	for i := range found.poison {
		data, err := json.Marshal(&found.poison[i])
		letter := deadletter.NewItem(errors.Join(found.reason, err), data)
		trace, span := place(&found.poison[i])
		letter.TraceID, letter.SpanID = trace.String(), span.String()
		letters = append(letters, letter)
	}
	if len(letters) > 0 {
		if err := e.dead.Append(letters); err != nil {
			return fmt.Errorf("dead-letter file: %w", err)
		}
		e.telemetry.DeadLettered(ctx, len(letters))
		e.logger.Warn("Log records that the store rejected are in the dead-letter file",
			zap.Int("records", len(letters)), zap.String("file", e.dead.Path()), zap.String("first", letters[0].Reason))
	}
	if len(found.left) == 0 {
		return nil
	}
	return found.err
}
