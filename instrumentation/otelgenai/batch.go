package otelgenai

import (
	"slices"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// results reads the results of a batch, each of which is the answer to a call
// of its own, below the one that fetches them.
type results struct {
	call *call
	line genai.Response
	dec  genai.Decoder
}

func (c *call) newResults(*genai.Response) genai.Decoder {
	r := &results{call: c}
	r.begin()
	return r
}

func (r *results) begin() {
	r.line = genai.Response{}
	r.dec = r.call.api.Results.Line.New(&r.line)
}

func (r *results) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) { r.dec.Value(f, k, v) }

func (r *results) Text(f jsonscan.Field, piece []byte, last bool) { r.dec.Text(f, piece, last) }

func (r *results) Begin(f jsonscan.Field) { r.dec.Begin(f) }

func (r *results) End(f jsonscan.Field) {
	r.dec.End(f)
	if slices.Contains(r.call.api.Results.Items, f) {
		r.take()
	}
}

func (r *results) Document() {
	r.dec.Document()
	if r.call.api.Results.Items == nil {
		r.take()
	}
}

// take makes a call of a result that used anything: not of one that failed,
// expired or was called off.
func (r *results) take() {
	r.dec.Settle()
	c := r.call
	if r.line.Usage.Reported() && c.t.results.first(c.provider.Name, r.line.ID) {
		o := c.other(c.ctx, c.api.Results.API(&r.line), genai.Request{}, r.line)
		o.batched, o.batch = true, c.resp.ID
		o.stop()
		o.report()
	}
	r.begin()
}

func (r *results) Settle() {}

// recentIDs remembers which results of batches have spans: the ledger tells a result
// by its id, metrics cannot.
type recentIDs struct {
	mu            sync.Mutex
	recent, older map[string]struct{}
}

// maxRecentIDs bounds what is remembered to twice as many, more than the largest
// batch of any vendor, in some 10 MB.
const maxRecentIDs = 100_000

// first says whether a result is seen for the first time. One without an id is
// taken for new.
func (s *recentIDs) first(provider, id string) bool {
	if id == "" {
		return true
	}
	key := provider + " " + id
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.recent[key]; ok {
		return false
	}
	if _, ok := s.older[key]; ok {
		return false
	}
	if s.recent == nil || len(s.recent) >= maxRecentIDs {
		s.older, s.recent = s.recent, map[string]struct{}{}
	}
	s.recent[key] = struct{}{}
	return true
}
