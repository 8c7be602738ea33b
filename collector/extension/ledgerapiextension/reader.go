package ledgerapiextension

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

var (
	_ ledger.Reader       = (*reader)(nil)
	_ ledger.FileExporter = (*reader)(nil)
)

// reader opens the store when it is first asked, and tries again with the next
// question when that failed.
type reader struct {
	dsn   string
	slots chan struct{} // taken by the questions that the store answers

	mu     sync.Mutex
	store  ledger.Store
	closed bool
	silent failure // the last question that an unreachable store did not answer
}

type failure struct {
	at  time.Time
	err error
}

// maxQuestions are asked of the store at a time; others wait. A screen of the page asks
// dozens at once, which a server of several users would notice.
const maxQuestions = 8

func newReader(dsn string) *reader {
	return &reader{dsn: dsn, slots: make(chan struct{}, maxQuestions)}
}

// ask puts one question to the store, in its turn. If the store turns out to be
// unreachable meanwhile, the question fails with those before it: one after the other,
// all would wait for as long as the first.
func ask[T any](ctx context.Context, r *reader, question func(ledger.Store) (T, error)) (answer T, err error) {
	came := time.Now()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return answer, context.Cause(ctx)
	}
	if err := r.silentSince(came); err != nil {
		return answer, err
	}
	store, err := r.open(ctx)
	if err != nil {
		return answer, err
	}
	asked := time.Now()
	answer, err = question(store)
	// An error at once is of one connection, which the next question replaces.
	if time.Since(asked) > time.Second && ledger.CauseOf(err) == ledger.CauseUnreachable && ctx.Err() == nil {
		r.mu.Lock()
		r.silent = failure{time.Now(), err}
		r.mu.Unlock()
	}
	return answer, err
}

// silentSince is the error of a question that the store did not answer after t, or nil.
func (r *reader) silentSince(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.silent.at.After(t) {
		return r.silent.err
	}
	return nil
}

func (r *reader) open(ctx context.Context) (ledger.Store, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, fmt.Errorf("ledger store: %w", apierror.ErrStopping)
	}
	if r.store == nil {
		store, err := ledgerstore.Open(ctx, r.dsn)
		if err != nil {
			return nil, fmt.Errorf("ledger store: %w", err)
		}
		r.store = store
	}
	return r.store, nil
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.store == nil {
		return nil
	}
	store := r.store
	r.store = nil
	return store.Close()
}

// Aggregate implements ledger.Reader.
func (r *reader) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.Group, error) { return store.Aggregate(ctx, q) })
}

// KeptSums implements ledger.Reader.
func (r *reader) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.Group, error) { return store.KeptSums(ctx, q) })
}

// SumsCallsSince implements ledger.CallSummer, if the store does. It waits in no turn: it has no
// error to tell that the store was silent for all of it, so that the next question would
// wait as long again.
func (r *reader) SumsCallsSince(ctx context.Context, from time.Time) bool {
	store, err := r.open(ctx)
	if err != nil {
		return false
	}
	summer, ok := store.(ledger.CallSummer)
	return ok && summer.SumsCallsSince(ctx, from)
}

// Trace implements ledger.Reader.
func (r *reader) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	return ask(ctx, r, func(store ledger.Store) (*ledger.Trace, error) { return store.Trace(ctx, id) })
}

// FoldedTrace implements ledger.Reader.
func (r *reader) FoldedTrace(ctx context.Context, q ledger.FoldQuery) (*ledger.Trace, error) {
	return ask(ctx, r, func(store ledger.Store) (*ledger.Trace, error) { return store.FoldedTrace(ctx, q) })
}

// Traces implements ledger.Reader.
func (r *reader) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.TraceSummary, error) { return store.Traces(ctx, q) })
}

// Logs implements ledger.Reader.
func (r *reader) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.Log, error) { return store.Logs(ctx, q) })
}

// Prefixes implements ledger.Reader.
func (r *reader) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.PrefixUse, error) { return store.Prefixes(ctx, q) })
}

// Waste implements ledger.Reader.
func (r *reader) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	return ask(ctx, r, func(store ledger.Store) (*ledger.Waste, error) { return store.Waste(ctx, q) })
}

// CacheMisses implements ledger.Reader.
func (r *reader) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	return ask(ctx, r, func(store ledger.Store) (*ledger.CacheMisses, error) { return store.CacheMisses(ctx, q) })
}

// Results implements ledger.Reader.
func (r *reader) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.ResultGroup, error) { return store.Results(ctx, q) })
}

// WriteResults writes outcomes that were sent to the API.
func (r *reader) WriteResults(ctx context.Context, results []ledger.Result) error {
	store, err := r.open(ctx)
	if err != nil {
		return err
	}
	return store.WriteResults(ctx, results)
}

// Contexts implements ledger.Reader.
func (r *reader) Contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.ContextUse, error) { return store.Contexts(ctx, q) })
}

// CallList implements ledger.Reader.
func (r *reader) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.Call, error) { return store.CallList(ctx, q) })
}

// Conversations implements ledger.Reader.
func (r *reader) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	return ask(ctx, r, func(store ledger.Store) ([]ledger.Conversation, error) { return store.Conversations(ctx, q) })
}

// ExportFile implements ledger.FileExporter.
func (r *reader) ExportFile(ctx context.Context, q ledger.ExportQuery, file string) (int64, error) {
	store, err := r.open(ctx)
	if err != nil {
		return 0, err
	}
	return transfer.Export(ctx, store, q, file, nil)
}
