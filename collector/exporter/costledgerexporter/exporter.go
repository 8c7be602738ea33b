package costledgerexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/internal/admission"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

type costLedger struct {
	cfg       *Config
	logger    *zap.Logger
	telemetry *metadata.Telemetry

	store ledger.Store
	dead  *deadletter.File

	settler *settle.Settler // nil in a pipeline of logs
	rollups *rollups
	outage  *outage
	refusal *outage
	expired *expired
	stop    stopping

	builders   sync.Pool // of *rows.Builder
	queue      *queueState
	largeQueue *queueState               // of large traces; nil without one
	sample     atomic.Pointer[wire.Item] // a row that was written

	migrating sync.Mutex
	migrated  bool // guarded by migrating
}

func newExporter(set component.TelemetrySettings, cfg *Config) (*costLedger, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	return &costLedger{
		cfg: cfg, logger: set.Logger, telemetry: telemetry, outage: newOutage(set.Logger), refusal: newRefusal(set.Logger),
		builders: sync.Pool{New: func() any { return rows.NewBuilder() }},
		queue:    new(queueState),
		stop:     newStopping(cfg),
	}, nil
}

// start opens the store. A server that is not there yet is no reason to stop:
// the queue holds what arrives until it is.
func (e *costLedger) start(ctx context.Context, host component.Host) error {
	store, err := ledgerstore.Open(ctx, string(e.cfg.Endpoint))
	if err != nil {
		return err
	}
	e.store = store
	e.dead = deadletter.New(e.cfg.DeadLetter.File)
	e.expired = newExpired(store, e.logger, e.telemetry)

	ctx, cancel := context.WithTimeout(ctx, e.cfg.TimeoutConfig.Timeout)
	defer cancel()
	err = e.migrate(ctx)
	var newer *ledger.SchemaNewerError
	switch {
	case errors.As(err, &newer):
		return err
	case err != nil:
		e.outage.add(err)
	}
	e.show(host)
	return nil
}

// startTraces also keeps the rollups, which need one keeper only, fresh.
func (e *costLedger) startTraces(ctx context.Context, host component.Host) error {
	if err := e.start(ctx, host); err != nil {
		return err
	}
	e.settler = settle.NewSettler(e.store, e.settlerOptions())
	if e.cfg.RollupInterval > 0 {
		e.rollups = startRollups(e.store, e.cfg.RollupInterval, e.logger)
	}
	return nil
}

func (e *costLedger) shutdown(context.Context) error {
	if e.store == nil {
		return nil
	}
	e.hide()
	if e.settler != nil {
		e.settler.Close()
	}
	if e.rollups != nil {
		e.rollups.stop()
	}
	return e.store.Close()
}

// migrate runs until it has succeeded once.
func (e *costLedger) migrate(ctx context.Context) error {
	e.migrating.Lock()
	defer e.migrating.Unlock()
	if e.migrated {
		return nil
	}
	if err := e.store.Migrate(ctx); err != nil {
		return err
	}
	e.migrated = true
	return nil
}

// rows makes of spans what is in the queue. Spans that no store can hold
// are in it as dead letters: nothing is written before the sender has been
// answered.
func (e *costLedger) rows(ctx context.Context, td ptrace.Traces) *request {
	b := e.builders.Get().(*rows.Builder)
	defer e.builders.Put(b)
	b.Begin(ledger.Receipt(time.Now()))
	b.Grow(td)
	var letters []string
	for _, resource := range td.ResourceSpans().All() {
		r := rows.NewResource(resource.Resource().Attributes())
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				if err := b.Add(r, span); err != nil {
					letters = append(letters, deadletter.NewLetter(err, resource, scope, span).Line())
				}
				if span.Events().Len() == 0 {
					continue
				}
				if err := b.AddResults(span); err != nil {
					letters = append(letters, deadletter.NewLetter(err, resource, scope, span).Line())
				}
			}
		}
	}
	e.telemetry.Ignored(ctx, b.Ignored)
	e.telemetry.Limited(ctx, b.Limited)
	batch, memory, results := b.Take()
	return &request{parts: []wire.Item{{Calls: batch.Calls, Spans: batch.Spans, Results: results, Letters: letters, Checked: true, Memory: memory}}}
}

func (e *costLedger) convert(ctx context.Context, td ptrace.Traces) (xexporterhelper.Request, error) {
	made := e.rows(ctx, td)
	if !td.IsReadOnly() { // no other consumer has them, and the caller would keep them while it waits
		td.ResourceSpans().MoveAndAppendTo(ptrace.NewResourceSpansSlice())
	}
	admission.Leave(ctx) // the queue may be full: it is not to delay requests of other pipelines
	return made, nil
}

// pushOf writes requests of a queue.
func (e *costLedger) pushOf(queue *queueState) func(context.Context, xexporterhelper.Request) error {
	patience := newPatience(&e.stop)
	return func(ctx context.Context, req xexporterhelper.Request) error {
		ctx, end := patience.begin(ctx, req.(*request))
		defer end()
		if err := e.push(ctx, req); err != nil {
			return err
		}
		stored := req.(*request)
		if oldest := oldestEnd(batchesOf(stored.parts)); !oldest.IsZero() {
			now := time.Now()
			queue.see(now, now.Sub(oldest))
		}
		stored.free()
		return nil
	}
}

// push writes a request: the dead letters first, since what their file cannot
// take stays in the queue, then the rows.
func (e *costLedger) push(ctx context.Context, req xexporterhelper.Request) error {
	r := req.(*request)
	var letters []string
	for i := range r.parts {
		letters = append(letters, r.parts[i].Letters...)
	}
	if err := e.post(ctx, letters); err != nil {
		return err
	}
	for i := range r.parts {
		r.parts[i].Letters = nil // a retry does not post them again
	}
	ctx, release := e.stop.limit(ctx)
	defer release()
	whole, cancel := ofTime(ctx)
	defer cancel()
	err := e.writeItems(whole, r.parts)
	if err != nil && errors.Is(whole.Err(), context.DeadlineExceeded) {
		r.slow++
	}
	var rowError *ledger.RowError
	var unsettled *unsettledError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsettled) && r.slow > 0 && r.slow <= quietAttempts:
		return err
	case errors.As(err, &rowError):
		return e.writeWithoutPoison(ctx, r.parts)
	case ctx.Err() == nil && blames(err):
		r.failed++
		r.parts, err = e.writeInParts(ctx, r.parts, r.failed) // a retry does not write the others again
		return err
	}
	return err
}

// sampledAttempt is the attempt from which a few rows that fail together are
// compared with one that was written before: none that came with them succeeds,
// and they would be retried without end.
const sampledAttempt = 5

// writeInParts finds the rows because of which the store refuses a batch, or
// takes too long, and posts them. It returns what could not be written.
func (e *costLedger) writeInParts(ctx context.Context, items []wire.Item, attempt int) (left []wire.Item, err error) {
	var rows []wire.Item
	for n := range items {
		item := &items[n]
		for i := range item.Calls {
			rows = append(rows, wire.Item{Calls: item.Calls[i : i+1 : i+1]})
		}
		for i := range item.Spans {
			rows = append(rows, wire.Item{Spans: item.Spans[i : i+1 : i+1]})
		}
		for i := range item.Results {
			rows = append(rows, wire.Item{Results: item.Results[i : i+1 : i+1]})
		}
	}
	var sample []wire.Item
	if written := e.sample.Load(); written != nil && attempt >= sampledAttempt && len(rows) <= pieces {
		sample = []wire.Item{*written}
	}
	found := isolate(ctx, rows, sample, e.writeItems)
	lines := make([]string, len(found.poison))
	for i := range found.poison {
		lines[i] = rowLetter(found.reason, found.poison[i])
	}
	err = found.err
	if failed := e.post(ctx, lines); failed != nil {
		found.left = append(found.left, found.poison...)
		err = errors.Join(err, failed)
	}
	if len(found.left) == 0 {
		return nil, nil
	}
	return found.left, err
}

// post appends letters to the dead-letter file.
func (e *costLedger) post(ctx context.Context, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	letters := make([]deadletter.Letter, len(lines))
	for i, line := range lines {
		letters[i] = deadletter.Parse(line)
	}
	if err := e.dead.Append(letters); err != nil {
		err = fmt.Errorf("dead-letter file: %w", err)
		e.failed(ctx, err)
		return err
	}
	e.telemetry.DeadLettered(ctx, len(letters))
	e.logger.Warn("Spans that the ledger cannot store are in the dead-letter file",
		zap.Int("spans", len(letters)), zap.String("file", e.dead.Path()), zap.String("first", letters[0].Reason))
	return nil
}

// failed takes note of a write that will be repeated. Rows that no store can
// hold are no outage: they are taken out. Neither is the end of a shutdown.
func (e *costLedger) failed(ctx context.Context, err error) {
	var rowError *ledger.RowError
	if !errors.As(err, &rowError) && e.stop.ended.Err() == nil {
		e.telemetry.Failed(ctx, string(e.outage.add(err)))
	}
}

// oldestEnd is the end of the span that ended first; zero without rows.
func oldestEnd(batches []ledger.Batch) (oldest time.Time) {
	see := func(end time.Time) {
		if oldest.IsZero() || end.Before(oldest) {
			oldest = end
		}
	}
	for c := range ledger.CallsOf(batches) {
		see(c.Start.Add(c.Duration))
	}
	for s := range ledger.SpansOf(batches) {
		see(s.Start.Add(s.Duration))
	}
	return oldest
}

// writeWithoutPoison takes out the rows that this binary's stores cannot hold,
// though the one that queued them would have: they are posted as they stood in
// the queue.
func (e *costLedger) writeWithoutPoison(ctx context.Context, items []wire.Item) error {
	var lines []string
	kept := make([]wire.Item, len(items))
	for i := range items {
		kept[i] = wire.Item{
			Calls:   sound(items[i].Calls, &lines, func(rows []ledger.Call) wire.Item { return wire.Item{Calls: rows} }),
			Spans:   sound(items[i].Spans, &lines, func(rows []ledger.AgentSpan) wire.Item { return wire.Item{Spans: rows} }),
			Results: sound(items[i].Results, &lines, func(rows []ledger.Result) wire.Item { return wire.Item{Results: rows} }),
		}
	}
	if err := e.post(ctx, lines); err != nil {
		return err
	}
	return e.writeItems(ctx, kept)
}

// sound is the rows that a store can hold; it appends the letters of the others.
func sound[T any, R ledger.Row[T]](rows []T, letters *[]string, item func([]T) wire.Item) []T {
	kept := make([]T, 0, len(rows))
	for i := range rows {
		if err := R(&rows[i]).Check(); err != nil {
			*letters = append(*letters, rowLetter(err, item(rows[i:i+1])))
			continue
		}
		kept = append(kept, rows[i])
	}
	return kept
}

func rowLetter(reason error, row wire.Item) string {
	data, err := wire.Append(nil, &row)
	return deadletter.NewItem(errors.Join(reason, err), data).Line()
}
