package fakevendor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// maxBody bounds what is read of a request: both vendors refuse more than
// 32 MiB.
const maxBody = 32 << 20

// Server is a running fake vendor.
type Server struct {
	opts Options

	openai    *listener
	anthropic *listener
	serving   sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	sequence int
	seen     map[uint64]int // how often a body was seen, by hash
	served   []Served
}

type listener struct {
	addr net.Addr
	http *http.Server
}

// Start listens on two free loopback ports, one a vendor; both answer every
// path. The server ends when ctx is done or Close is called.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Chunks == 0 {
		opts.Chunks = 8
	}
	if opts.InputTokens == (IntRange{}) {
		opts.InputTokens = IntRange{200, 2400}
	}
	if opts.OutputTokens == (IntRange{}) {
		opts.OutputTokens = IntRange{40, 700}
	}
	if opts.Faults.RetryAfter == 0 {
		opts.Faults.RetryAfter = time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{opts: opts, seen: make(map[uint64]int)}
	var err error
	if s.openai, err = s.listen(ctx); err != nil {
		return nil, err
	}
	if s.anthropic, err = s.listen(ctx); err != nil {
		return nil, errors.Join(err, s.openai.http.Close())
	}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

func (s *Server) listen(ctx context.Context) (*listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fake vendor: %w", err)
	}
	hs := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.serving.Go(func() { _ = hs.Serve(l) })
	return &listener{addr: l.Addr(), http: hs}, nil
}

// URL is the root address; every path of both vendors answers on it.
func (s *Server) URL() string { return "http://" + s.OpenAIHost() }

// OpenAIURL is the base URL for an OpenAI client: it ends in /v1.
func (s *Server) OpenAIURL() string { return "http://" + s.OpenAIHost() + "/v1" }

// AnthropicURL is the base URL for an Anthropic client.
func (s *Server) AnthropicURL() string { return "http://" + s.AnthropicHost() }

// OpenAIHost is host:port of OpenAIURL.
func (s *Server) OpenAIHost() string { return s.openai.addr.String() }

// AnthropicHost is host:port of AnthropicURL.
func (s *Server) AnthropicHost() string { return s.anthropic.addr.String() }

// Close ends the server and the calls it is serving.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	err := errors.Join(s.openai.http.Close(), s.anthropic.http.Close())
	s.serving.Wait()
	return err
}

// Served returns the calls whose answer has begun, in order of arrival. Aborted
// and Duration are final once the client has seen the end.
func (s *Server) Served() []Served {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.served)
	rowsort.Func(out, func(a, b Served) int { return a.Sequence - b.Sequence })
	return out
}

// Total sums the usage of the calls of Served.
func (s *Server) Total() Usage {
	var sum Usage
	for _, c := range s.Served() {
		sum = sum.Add(c.Usage)
	}
	return sum
}

// enter counts a handler in, unless the server is closing: Close waits for
// those that are in.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.serving.Add(1)
	return true
}

// arrive numbers a call and says how often its body was seen before.
func (s *Server) arrive(hash uint64) (sequence, repeat int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sequence++
	repeat = s.seen[hash]
	s.seen[hash]++
	return s.sequence, repeat
}

// record adds a call and returns its place in the record.
func (s *Server) record(c Served) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = append(s.served, c)
	return len(s.served) - 1
}

// finish says how the call at a place ended.
func (s *Server) finish(entry int, aborted bool, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served[entry].Aborted, s.served[entry].Duration = aborted, d
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.serving.Done()
	start := time.Now()
	ep, ok := endpoints[r.URL.Path]
	if !ok || r.Method != http.MethodPost {
		unknownEndpoint(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return // the client went away while sending
	}
	attempt, _ := strconv.Atoi(r.Header.Get("X-Stainless-Retry-Count"))
	hash := bodyHash(r.URL.Path, body)
	sequence, repeat := s.arrive(hash)
	gen := newGenerator(s.opts, hash, repeat)

	req, reqErr := ep.parse(body)
	var answer Answer
	switch {
	case ep.authorize(r.Header) != nil:
		answer = refusal(http.StatusUnauthorized, ep.authorize(r.Header))
	case reqErr != nil:
		answer = refusal(http.StatusBadRequest, reqErr)
	default:
		answer = gen.answer(ep, req)
	}
	if s.opts.Adjust != nil {
		s.opts.Adjust(Request{
			Provider: ep.provider, Operation: ep.operation, Model: req.Model, Stream: req.Stream,
			Attempt: attempt, Header: r.Header, Body: body,
		}, &answer)
	}

	call := Served{
		Sequence: sequence, Provider: ep.provider, Operation: ep.operation, Path: r.URL.Path,
		RequestModel: req.Model, Status: answer.Status, ErrorType: answer.ErrorType,
		Attempt: attempt, RequestID: gen.requestID(ep.provider), Start: start,
	}
	var rep reply
	if answer.Status == http.StatusOK {
		rep = ep.render(gen, req, answer)
		call.ResponseModel, call.ServiceTier = answer.Model, answer.ServiceTier
		call.ResponseID, call.FinishReason = rep.id, answer.FinishReason
		call.ToolCalls, call.Usage = len(answer.ToolCalls), answer.Usage
		call.Streamed, call.UsageSent = rep.events != nil, rep.usageSent
	} else {
		rep = ep.renderError(call.RequestID, answer)
	}
	rep.header = ep.headers(gen, call, answer)

	if d := gen.latency(); d > 0 {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
			call.Aborted = true
		}
	}
	// Recorded before the last byte is out: a client that has read it may ask
	// for the record at once.
	entry := s.record(call)
	aborted := call.Aborted || !rep.send(w, r, answer, s.opts.ChunkInterval)
	s.finish(entry, aborted, time.Since(start))
	if aborted {
		panic(http.ErrAbortHandler) // closes the connection without a final chunk
	}
}
