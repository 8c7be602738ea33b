package settle

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// DefaultLargeRows is how many rows of a trace a process writes within about
	// an hour, or reads, before it counts as large. To settle a trace takes reading it. So does a
	// response id that as many rows carry which may be in another trace than the call:
	// to settle one of them takes reading the traces of all.
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
// cost grows with their rows and not with its square, and others do not wait. Traces
// that a constant response id joins are settled at once by themselves, and in the
// background together.
type Settler struct {
	store  ledger.Store
	rows   int
	report func(error)

	cancel context.CancelFunc
	done   chan struct{}

	counts   *RowCounts
	mu       sync.Mutex
	large    map[joint]*largeSet // that are to be settled
	settling []Node              // seeds of the one that is being settled

	pending string     // file that has the seeds; "" for none
	keeping sync.Mutex // one writes it at a time
	unkept  bool       // it does not have the seeds that there are; guarded by mu
}

// joint connects rows: a trace, or a response id.
type joint struct {
	trace    ledger.TraceID
	response string
}

type largeSet struct {
	seeds map[int64]Node // a row of each hour, to find the others by
	next  time.Time
	took  time.Duration
	dirty bool
}

// SettlerOptions configure a Settler; the zero value is usable.
type SettlerOptions struct {
	LargeRows int         // 0 = DefaultLargeRows
	Report    func(error) // of what fails in the background and is tried again
	// Pending is a file with the traces that wait to be settled, for the next process if
	// this one is killed; "" for none.
	Pending string
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
		store: store, rows: opts.LargeRows, report: opts.Report, cancel: cancel, done: make(chan struct{}),
		counts: NewRowCounts(), large: make(map[joint]*largeSet), pending: opts.Pending,
	}
	if err := s.recall(); err != nil {
		s.report(err)
	}
	go s.run(ctx)
	return s
}

// Settle is the function of that name, but for rows of large traces and for what constant
// response ids join.
func (s *Settler) Settle(ctx context.Context, batches ...ledger.Batch) error {
	nodes := Nodes(batches)
	large, apart := s.count(nodes)
	now := nodes
	if len(large) > 0 {
		var need period
		need.addNodes(nodes)
		contested, err := s.store.Contested(ctx, ledger.ConflictQuery{From: need.from, Until: need.until, Traces: large})
		if err != nil {
			return err
		}
		now = s.postpone(nodes, contested)
	}
	if err := s.keep(); err != nil {
		s.report(err)
		now, apart = nodes, nil // nothing may wait that the next process would not know of
	}
	return settle(ctx, s.store, now, apart, s.read)
}

// read counts the rows of traces that were read at once: one that is large, of which few
// rows come at a time, would have to be read again with each of them.
func (s *Settler) read(d *decision) {
	of := make(map[ledger.TraceID]int)
	for hour, n := range d.rows {
		of[hour.trace] += n
	}
	for trace, n := range of {
		if n > s.rows {
			s.counts.addTrace(trace, n)
		}
	}
}

// count returns the traces of some rows that are large, and remembers those with a
// response id that is: they are settled in the background as well.
func (s *Settler) count(nodes []Node) (large []ledger.TraceID, apart map[string]bool) {
	var found map[joint]bool
	s.counts.each(func(add func(hash uint64, rows int) int) {
		see := func(j joint, hash uint64) {
			if add(hash, 1) > s.rows {
				if found == nil {
					found = make(map[joint]bool)
				}
				found[j] = true
			}
		}
		for i := range nodes {
			n := &nodes[i]
			see(joint{trace: n.Trace}, maphash.Bytes(s.counts.seed, n.Trace[:]))
			if n.ResponseID != "" && slices.Contains(Elsewhere, n.Claim) {
				see(joint{response: n.ResponseID}, maphash.String(s.counts.seed, n.ResponseID))
			}
		}
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for j := range found {
		switch {
		case j.response == "":
			large = append(large, j.trace)
		case s.large[j] == nil:
			s.large[j] = &largeSet{seeds: make(map[int64]Node)}
		}
	}
	for j := range s.large {
		if j.response != "" {
			if apart == nil {
				apart = make(map[string]bool)
			}
			apart[j.response] = true
		}
	}
	for i := range nodes {
		if n := &nodes[i]; apart[n.ResponseID] && n.Claim != "" {
			s.unkept = s.large[joint{response: n.ResponseID}].see(n) || s.unkept
		}
	}
	return large, apart
}

// postpone takes the rows of some traces out of others, and remembers them.
func (s *Settler) postpone(nodes []Node, traces []ledger.TraceID) (rest []Node) {
	if len(traces) == 0 {
		return nodes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, trace := range traces {
		if j := (joint{trace: trace}); s.large[j] == nil {
			s.large[j] = &largeSet{seeds: make(map[int64]Node)}
		}
	}
	for i := range nodes {
		n := &nodes[i]
		if l := s.large[joint{trace: n.Trace}]; l != nil {
			s.unkept = l.see(&Node{Trace: n.Trace, Span: n.Span, Start: n.Start}) || s.unkept
			continue
		}
		rest = append(rest, *n)
	}
	return rest
}

// see reports whether the row is a new seed.
func (l *largeSet) see(n *Node) bool {
	l.dirty = true
	hour := n.Start.Unix() / 3600
	_, known := l.seeds[hour]
	if !known {
		l.seeds[hour] = *n
	}
	return !known
}

func (s *Settler) run(ctx context.Context) {
	defer close(s.done)
	now := time.Now()
	s.settleDue(ctx, now)
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

// settleDue settles the large sets whose pause is over.
func (s *Settler) settleDue(ctx context.Context, now time.Time) {
	for {
		of, seeds := s.due(now)
		if len(seeds) == 0 {
			return
		}
		began := time.Now()
		err := settle(ctx, s.store, seeds, nil, func(*decision) {})
		s.settled(of, seeds, time.Since(began), err)
		if err = errors.Join(err, s.keep()); err != nil {
			if ctx.Err() == nil {
				s.report(err)
			}
			return
		}
	}
}

// due takes one set that is to be settled.
func (s *Settler) due(now time.Time) (of joint, seeds []Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for j, l := range s.large {
		switch {
		case l.next.After(now):
		case !l.dirty:
			delete(s.large, j) // no row came during its pause
		default:
			for _, seed := range l.seeds {
				seeds = append(seeds, seed)
			}
			l.dirty, l.seeds = false, make(map[int64]Node)
			s.settling = seeds
			return j, seeds
		}
	}
	return of, nil
}

func (s *Settler) settled(of joint, seeds []Node, took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.large[of]
	l.took, l.next = took, time.Now().Add(max(rest, share*took))
	s.settling, s.unkept = nil, true
	if err == nil {
		return
	}
	l.dirty, l.next = true, time.Now().Add(max(retryAfter, took))
	for _, seed := range seeds {
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
