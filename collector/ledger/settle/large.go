package settle

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// DefaultLargeRows is how many rows of a trace a process writes within about
	// a minute before it counts as large. To settle a trace takes reading it.
	DefaultLargeRows = 5000
	// share is how much longer than its last settling took a large trace rests:
	// it costs a tenth of a processor at most, however many rows it gets.
	share = 10
	// rest is the shortest pause, retryAfter that after a failure.
	rest       = time.Second
	retryAfter = 10 * time.Second
	// lookBack is the value that is examined at the start: what a process that was killed
	// left unsettled.
	lookBack = time.Hour
	// closing is how long Close may take.
	closing = 10 * time.Second
)

// Settler settles what one process writes: at once, except for large traces,
// which would have to be read again for every batch. Those are settled in the
// background, with pauses in proportion to the time that takes, so that their
// cost grows with their rows and not with its square, and others do not wait.
type Settler struct {
	store  ledger.Store
	rows   uint32
	report func(error)

	cancel context.CancelFunc
	done   chan struct{}

	seed   maphash.Seed
	mu     sync.Mutex
	counts [1 << 16]uint32 // rows lately written, by a hash of their trace
	halved time.Time
	large  map[ledger.TraceID]*largeTrace // that are to be settled
}

type largeTrace struct {
	seeds map[int64]ledger.AgentSpan // a row of each hour, to find the others by
	next  time.Time
	took  time.Duration
	dirty bool
}

// SettlerOptions configure a Settler; the zero value is usable.
type SettlerOptions struct {
	LargeRows int         // 0 = DefaultLargeRows
	Report    func(error) // of what fails in the background and is tried again
}

// NewSettler starts a settler. Close ends it.
func NewSettler(store ledger.Store, opts SettlerOptions) *Settler {
	if opts.LargeRows == 0 {
		opts.LargeRows = DefaultLargeRows
	}
	if opts.Report == nil {
		opts.Report = func(error) {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Settler{
		store: store, rows: uint32(opts.LargeRows), report: opts.Report, cancel: cancel, done: make(chan struct{}),
		seed: maphash.MakeSeed(), large: make(map[ledger.TraceID]*largeTrace), halved: time.Now(),
	}
	go s.run(ctx)
	return s
}

// Settle is the function of that name, but for rows of large traces.
func (s *Settler) Settle(ctx context.Context, batch ledger.Batch) error {
	large := s.count(&batch)
	if len(large) == 0 {
		return Settle(ctx, s.store, batch)
	}
	var need period
	need.addNodes(Nodes(&batch))
	contested, err := s.store.Contested(ctx, ledger.ConflictQuery{From: need.from, Until: need.until, Traces: large})
	if err != nil {
		return err
	}
	if len(contested) == 0 {
		return Settle(ctx, s.store, batch)
	}
	return Settle(ctx, s.store, s.postpone(&batch, contested))
}

// count returns the traces of the batch that are large.
func (s *Settler) count(batch *ledger.Batch) (large []ledger.TraceID) {
	of := make(map[ledger.TraceID]uint32)
	for i := range batch.Calls {
		of[batch.Calls[i].TraceID]++
	}
	for i := range batch.Spans {
		of[batch.Spans[i].TraceID]++
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.halved) > time.Minute {
		s.halved = now
		for i := range s.counts {
			s.counts[i] /= 2
		}
	}
	for trace, n := range of {
		c := &s.counts[uint16(maphash.Bytes(s.seed, trace[:]))]
		*c += n
		if *c > s.rows {
			large = append(large, trace)
		}
	}
	return large
}

// postpone takes the rows of some traces out of a batch, and remembers them.
func (s *Settler) postpone(batch *ledger.Batch, traces []ledger.TraceID) (rest ledger.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, trace := range traces {
		if s.large[trace] == nil {
			s.large[trace] = &largeTrace{seeds: make(map[int64]ledger.AgentSpan)}
		}
	}
	later := func(trace ledger.TraceID, span ledger.SpanID, start time.Time) bool {
		l := s.large[trace]
		if l == nil {
			return false
		}
		l.dirty = true
		if hour := start.Unix() / 3600; l.seeds[hour].Start.IsZero() {
			l.seeds[hour] = ledger.AgentSpan{TraceID: trace, SpanID: span, Start: start}
		}
		return true
	}
	for i := range batch.Calls {
		if c := &batch.Calls[i]; !later(c.TraceID, c.SpanID, c.Start) {
			rest.Calls = append(rest.Calls, *c)
		}
	}
	for i := range batch.Spans {
		if a := &batch.Spans[i]; !later(a.TraceID, a.SpanID, a.Start) {
			rest.Spans = append(rest.Spans, *a)
		}
	}
	return rest
}

func (s *Settler) run(ctx context.Context) {
	defer close(s.done)
	now := time.Now()
	if _, err := Repair(ctx, s.store, RepairOptions{From: now.Add(-lookBack), Until: now, Apply: true}); err != nil && ctx.Err() == nil && !errors.Is(err, ledger.ErrNoSchema) {
		s.report(err)
	}
	ticker := time.NewTicker(rest / 2)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			s.settleDue(ctx, now)
		}
	}
}

// settleDue settles the large traces whose pause is over.
func (s *Settler) settleDue(ctx context.Context, now time.Time) {
	for {
		trace, batch := s.due(now)
		if len(batch.Spans) == 0 {
			return
		}
		began := time.Now()
		err := Settle(ctx, s.store, batch)
		s.settled(trace, batch, time.Since(began), err)
		if err != nil {
			if ctx.Err() == nil {
				s.report(err)
			}
			return
		}
	}
}

// due takes one trace that is to be settled.
func (s *Settler) due(now time.Time) (trace ledger.TraceID, batch ledger.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.large {
		switch {
		case l.next.After(now):
		case !l.dirty:
			delete(s.large, id) // no row came during its pause
		default:
			for _, seed := range l.seeds {
				batch.Spans = append(batch.Spans, seed)
			}
			l.dirty, l.seeds = false, make(map[int64]ledger.AgentSpan)
			return id, batch
		}
	}
	return trace, batch
}

func (s *Settler) settled(trace ledger.TraceID, batch ledger.Batch, took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.large[trace]
	l.took, l.next = took, time.Now().Add(max(rest, share*took))
	if err == nil {
		return
	}
	l.dirty, l.next = true, time.Now().Add(max(retryAfter, took))
	for _, seed := range batch.Spans {
		l.seeds[seed.Start.Unix()/3600] = seed
	}
}

// Close settles what is left, within some seconds; what is not then is found by
// the next start.
func (s *Settler) Close() {
	s.cancel()
	<-s.done
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	s.settleDue(ctx, time.Now().Add(24*time.Hour))
}
