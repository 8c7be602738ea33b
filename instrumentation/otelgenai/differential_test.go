package otelgenai_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

var (
	differentialCases = flag.Int("differential.cases", 2000, "requests that are made bare and through the transport")
	differentialSeed  = flag.Uint64("differential.seed", 1, "of the first of them; a failure names its own")
)

// TestTransport_IsInvisible makes requests of random shapes twice, with
// net/http's transport alone and with ours around it, and compares what the
// server received, what the caller saw, and how many connections it took.
func TestTransport_IsInvisible(t *testing.T) {
	n := *differentialCases
	if testing.Short() {
		n = min(n, 200)
	}
	w := newWorld(t)
	dropped := map[uint64]*signals{} // whose spans end when the garbage is collected
	for i := range n {
		seed := *differentialSeed + uint64(i)
		c := drawCase(seed)
		var s *signals
		var diff string
		// How many connections it takes, above all, depends on the machine's load
		// now and then, with net/http alone as well: a difference is one that stays.
		for range 5 {
			want := w.run(t, c, nil)
			s = newSignals(c.options()...)
			if diff = cmp.Diff(want, w.run(t, c, s)); diff == "" {
				break
			}
		}

		if diff != "" {
			t.Fatalf("-differential.seed %d, %+v\nbare - wrapped +\n%s", seed, c, diff)
		}
		if c.drops {
			dropped[seed] = s
			continue
		}
		require.Len(t, s.spans.Ended(), len(s.spans.Started()), "seed %d, %+v", seed, c)
		if panics, ok := s.metrics(t)["spanledger.instrumentation.panics"]; ok {
			require.Zero(t, sum(panics), "seed %d, %+v", seed, c)
		}
	}
	for seed, s := range dropped {
		for tries := 0; len(s.spans.Ended()) < len(s.spans.Started()); tries++ {
			require.Less(t, tries, 1000, "seed %d: %d of %d spans of dropped answers have ended", seed, len(s.spans.Ended()), len(s.spans.Started()))
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
}

// shape is one case: a request, its answer and its caller.
type shape struct {
	Seed    uint64
	H2      bool
	Repeats int // requests over the same client

	// The request.
	Path        string
	ContentType string
	Size        int
	Body        string // how the body is read
	GetBody     string // what GetBody does
	Length      string // known, unknown, short

	// What is between the transport and the server.
	Base string

	// The answer.
	Status   int
	Answer   string // kind of body
	Type     string // its Content-Type
	Chunks   int
	Encoding string
	Ending   string // whole, cut, hangs
	Known    bool   // it has a Content-Length
	Trailer  bool

	// The caller.
	Reads   string
	Cancels string
	drops   bool

	opts []string
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func drawCase(seed uint64) shape {
	r := rand.New(rand.NewPCG(seed, 7))
	c := shape{
		Seed: seed, H2: r.IntN(3) == 0, Repeats: 1 + r.IntN(3),
		Path:        pick(r, "/v1/chat/completions", "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/audio/transcriptions", "/v1/models"),
		ContentType: pick(r, "application/json", "application/json", "Application/JSON; charset=utf-8", "form", "text/plain", ""),
		Size:        pick(r, 0, 10, 300, 4096, 64<<10-1, 64<<10, 64<<10+1, 200_000, r.IntN(20_000)),
		Body:        pick(r, "bytes.Reader", "strings.Reader", "bytes.Buffer", "reader", "one byte", "end with data", "file", "pipe", "fails", "nopcloser", "nil"),
		GetBody:     pick(r, "none", "default", "copy", "rewind", "fails", "nil"),
		Length:      pick(r, "known", "known", "unknown"),
		Base:        pick(r, "plain", "plain", "plain", "again", "reads copy", "nil", "error", "no body", "empty body"),
		Status:      pick(r, 200, 200, 200, 200, 429, 500, 204, 307, 308, 302, 304),
		Answer:      pick(r, "json", "json", "stream", "stream", "garbage", "empty", "error"),
		Type:        pick(r, "", "", "", "application/json", "text/event-stream", "text/plain", "Text/Event-Stream", "application/x-ndjson", "none"),
		Chunks:      1 + r.IntN(6),
		Encoding:    pick(r, "", "", "", "gzip", "br", "asked"),
		Ending:      pick(r, "whole", "whole", "whole", "cut", "hangs"),
		Known:       r.IntN(2) == 0,
		Trailer:     r.IntN(8) == 0,
		Reads:       pick(r, "all", "all", "small", "copy", "part", "none", "twice", "after close", "drop"),
		Cancels:     pick(r, "no", "no", "no", "before", "after head", "after part", "with cause"),
	}
	for _, o := range []string{"content", "hash", "guard", "asking guard", "estimate", "attribution"} {
		if r.IntN(4) == 0 {
			c.opts = append(c.opts, o)
		}
	}
	if c.Ending == "hangs" && c.Cancels != "after head" && c.Cancels != "after part" && c.Cancels != "with cause" {
		c.Ending = "whole" // someone has to end it
	}
	if c.Ending != "hangs" && (c.Cancels == "after head" || c.Cancels == "after part" || c.Cancels == "with cause") {
		c.Ending = "hangs" // what is read after a cancellation is chance otherwise
	}
	if c.Ending == "hangs" {
		c.Known, c.Status = false, 200
		if c.Reads != "small" {
			c.Reads = "all"
		}
	}
	if c.Body == "fails" || c.Body == "nil" {
		c.GetBody = "none"
	}
	if c.GetBody == "default" && c.Body != "bytes.Reader" && c.Body != "strings.Reader" && c.Body != "bytes.Buffer" {
		c.GetBody = "none"
	}
	if c.Base == "again" && (c.GetBody == "none" || c.GetBody == "fails" || c.GetBody == "nil") {
		c.Base = "plain"
	}
	if c.H2 && c.Reads == "drop" {
		c.Reads = "none"
	}
	c.drops = c.Reads == "drop"
	return c
}

func (c shape) options() []otelgenai.Option {
	known := map[string]otelgenai.Option{
		"content": otelgenai.WithContentCapture(otelgenai.SpanOnly),
		"hash":    otelgenai.WithPromptHash(nil),
		"guard": otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			return nil, nil
		}),
		"asking guard": otelgenai.WithGuard(func(_ context.Context, i otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			_ = i.RequestModel()
			return nil, nil
		}),
		"estimate":    otelgenai.WithEstimator(otelgenai.EstimateByLength),
		"attribution": otelgenai.WithRequiredAttribution(otelgenai.Label, otelgenai.User, otelgenai.Team),
	}
	var out []otelgenai.Option
	for _, o := range c.opts {
		out = append(out, known[o])
	}
	return out
}

// payload returns what the request's body has in it.
func (c shape) payload() (body []byte, contentType string) {
	r := rand.New(rand.NewPCG(c.Seed, 11))
	if c.ContentType == "form" {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.SetBoundary("boundary" + strconv.FormatUint(c.Seed, 10))
		f, _ := w.CreateFormFile("file", "a.mp3")
		_, _ = f.Write(bytes.Repeat([]byte{0, '\r', '\n', '-'}, c.Size/4))
		_ = w.WriteField("model", "whisper-1")
		_ = w.Close()
		return b.Bytes(), w.FormDataContentType()
	}
	model := fmt.Sprintf(`"model":%s`, pick(r, `"gpt-4o"`, `null`, `7`, `"a\"b"`))
	text := fmt.Sprintf(`"messages":[{"role":"user","content":%q}]`, strings.Repeat(pick(r, "x", "é\n", `\`), c.Size/2))
	stream := fmt.Sprintf(`"stream":%v`, c.Answer == "stream")
	parts := []string{model, text, stream}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	body = []byte("{" + strings.Join(parts, ",") + "}")
	if r.IntN(10) == 0 {
		body = body[:r.IntN(len(body))]
	}
	if c.Size == 0 {
		body = nil
	}
	return body, c.ContentType
}

var (
	errBody  = errors.New("the caller's reader is broken")
	errCopy  = errors.New("no copy of the body")
	errBase  = errors.New("the base fails")
	errCause = errors.New("the user left")
)

// closing counts how often a body is closed.
type closing struct {
	io.Reader
	closed chan struct{}
	once   *sync.Once
}

func newClosing(r io.Reader) *closing {
	return &closing{Reader: r, closed: make(chan struct{}), once: new(sync.Once)}
}

func (c *closing) Close() error { c.once.Do(func() { close(c.closed) }); return nil }

// request makes the request of a case. Its wait returns once the body has been
// closed, as every round trip has to do.
func (w *world) request(t *testing.T, ctx context.Context, c shape) (req *http.Request, wait func()) {
	t.Helper()
	payload, contentType := c.payload()
	var body io.Reader
	var close *closing
	switch c.Body {
	case "bytes.Reader":
		body = bytes.NewReader(payload)
	case "strings.Reader":
		body = strings.NewReader(string(payload))
	case "bytes.Buffer":
		body = bytes.NewBuffer(bytes.Clone(payload))
	case "reader":
		body = struct{ io.Reader }{bytes.NewReader(payload)}
	case "one byte":
		body = io.MultiReader(iotest.OneByteReader(bytes.NewReader(payload[:min(100, len(payload))])), bytes.NewReader(payload[min(100, len(payload)):]))
	case "end with data":
		body = iotest.DataErrReader(bytes.NewReader(payload))
	case "file":
		f, err := os.Open(w.file(t, payload))
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
		body = f
	case "pipe":
		r, pw := io.Pipe()
		go func() { _, err := pw.Write(payload); _ = pw.CloseWithError(err) }()
		body = r
	case "fails":
		body = io.MultiReader(bytes.NewReader(payload[:len(payload)/2]), iotest.ErrReader(errBody))
	case "nopcloser":
		body = io.NopCloser(bytes.NewReader(payload))
	case "nil":
	}
	switch c.Body {
	case "reader", "one byte", "end with data":
		close = newClosing(body)
		body = close
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url(c)+c.Path, body)
	require.NoError(t, err)
	if c.ContentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if req.Body != nil && req.Body != http.NoBody {
		switch {
		case c.Length == "known" && c.Body != "fails":
			req.ContentLength = int64(len(payload))
		case c.Length == "unknown":
			req.ContentLength = -1
		}
		switch c.GetBody {
		case "none":
			req.GetBody = nil
		case "copy":
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(payload)), nil }
		case "rewind":
			if c.Body == "bytes.Reader" || c.Body == "nopcloser" {
				r := bytes.NewReader(payload)
				req.GetBody = func() (io.ReadCloser, error) { _, err := r.Seek(0, io.SeekStart); return io.NopCloser(r), err }
				req.Body, _ = req.GetBody()
			} else {
				req.GetBody = func() (io.ReadCloser, error) {
					return struct {
						io.Reader
						io.Closer
					}{bytes.NewReader(payload), io.NopCloser(nil)}, nil
				}
			}
		case "fails":
			req.GetBody = func() (io.ReadCloser, error) { return nil, errCopy }
		case "nil":
			req.GetBody = func() (io.ReadCloser, error) { return http.NoBody, nil }
		}
	}
	req.Header.Set("X-Run", strconv.Itoa(w.runs))
	if c.Encoding == "asked" {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	return req, func() {
		if close != nil && c.Cancels != "before" {
			<-close.closed
		}
	}
}

// received holds what the server has of a request.
type received struct {
	Proto, Method, URI string
	Header             http.Header
	Length             int64
	Transfer           []string
	Body               string
	Err                string
}

// seen holds what the caller has of one round trip.
type seen struct {
	Err        []string // it and those that it wraps
	Status     string
	Header     http.Header
	Trailer    http.Header
	Length     int64
	Unpacked   bool
	Body       string
	ReadErr    []string
	CloseErr   []string
	AfterClose []string
	OwnRequest bool // the response names the request that the caller made
}

// observed is a case as it went.
type observed struct {
	Server      []received
	Caller      []seen
	Connections int
}

// world has the servers of all cases.
type world struct {
	srv   *httptest.Server
	files string

	mu    sync.Mutex
	c     shape
	hits  int // of the running case
	got   []received
	peers map[string]bool
	runs  int // so far; requests that another has left behind are not counted
}

func newWorld(t *testing.T) *world {
	w := &world{files: t.TempDir()}
	w.srv = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.srv.Config.Protocols = new(http.Protocols)
	w.srv.Config.Protocols.SetHTTP1(true)
	w.srv.Config.Protocols.SetUnencryptedHTTP2(true)
	w.srv.Start()
	t.Cleanup(w.srv.Close)
	return w
}

func (w *world) url(shape) string { return w.srv.URL }

var fileNumber atomic.Int64

func (w *world) file(t *testing.T, payload []byte) string {
	name := filepath.Join(w.files, strconv.FormatInt(fileNumber.Add(1)%4, 10))
	_ = os.Remove(name)
	require.NoError(t, os.WriteFile(name, payload, 0o600))
	return name
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.mu.Lock()
	c := w.c
	if r.Header.Get("X-Run") != strconv.Itoa(w.runs) {
		w.mu.Unlock()
		return
	}
	r.Header.Del("X-Run")
	w.hits++
	first := w.hits == 1
	in := received{Proto: r.Proto, Method: r.Method, URI: r.RequestURI, Header: r.Header.Clone(), Length: r.ContentLength, Transfer: r.TransferEncoding, Body: string(body)}
	if err != nil {
		in.Err = err.Error()
	}
	w.got = append(w.got, in)
	w.peers[r.RemoteAddr] = true
	w.mu.Unlock()

	status := c.Status
	if status == 307 || status == 308 || status == 302 {
		if first {
			rw.Header().Set("Location", c.Path+"?again")
		} else {
			status = 200
		}
	}
	out, contentType := c.answer()
	if c.Encoding == "gzip" || c.Encoding == "asked" {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(out)
		_ = z.Close()
		out = b.Bytes()
		rw.Header().Set("Content-Encoding", "gzip")
	} else if c.Encoding != "" {
		rw.Header().Set("Content-Encoding", c.Encoding)
	}
	if contentType == "none" {
		rw.Header()["Content-Type"] = nil
	} else {
		rw.Header().Set("Content-Type", contentType)
	}
	rw.Header()["Date"] = nil
	rw.Header().Set("X-Request-Id", "req_1")
	if c.Known && status != 204 && status != 304 {
		rw.Header().Set("Content-Length", strconv.Itoa(len(out)))
	}
	if c.Trailer && !c.Known {
		rw.Header().Set("Trailer", "X-End")
	}
	rw.WriteHeader(status)
	flush := func() { _ = http.NewResponseController(rw).Flush() }
	if status == 204 || status == 304 {
		return
	}
	if c.Ending == "cut" {
		out = out[:len(out)/2]
	}
	for chunk := range slices.Chunk(out, max(1, (len(out)+c.Chunks-1)/c.Chunks)) {
		_, _ = rw.Write(chunk)
		flush()
	}
	switch c.Ending {
	case "cut":
		flush()
		panic(http.ErrAbortHandler)
	case "hangs":
		flush()
		<-r.Context().Done()
	}
	if c.Trailer && !c.Known {
		rw.Header().Set("X-End", "1")
	}
}

// answer is the body that the server sends.
func (c shape) answer() (body []byte, contentType string) {
	switch c.Answer {
	case "json":
		body, contentType = []byte(chatResponse), "application/json"
	case "stream":
		body, contentType = []byte(chatStream), "text/event-stream"
	case "garbage":
		body, contentType = []byte("{\"a\":[\x00\xff"), "application/json"
	case "error":
		body, contentType = []byte(`{"error":{"code":"rate_limit_exceeded","message":"m"}}`), "application/json"
	default:
		contentType = "application/json"
	}
	if c.Type != "" {
		contentType = c.Type
	}
	return body, contentType
}

// run makes the requests of a case; bare where s is nil.
func (w *world) run(t *testing.T, c shape, s *signals) observed {
	t.Helper()
	w.mu.Lock()
	w.c, w.hits, w.got, w.peers = c, 0, nil, map[string]bool{}
	w.runs++
	w.mu.Unlock()
	transport := &http.Transport{DisableCompression: c.Encoding == "br", Protocols: new(http.Protocols)}
	if c.H2 {
		transport.Protocols.SetUnencryptedHTTP2(true)
	} else {
		transport.Protocols.SetHTTP1(true)
	}
	var rt http.RoundTripper = base(c, transport)
	if s != nil {
		rt = s.client(otelgenai.OpenAI, rt).Transport
	}
	client := &http.Client{Transport: rt}
	var out observed
	for range c.Repeats {
		w.mu.Lock()
		w.hits = 0
		w.mu.Unlock()
		out.Caller = append(out.Caller, w.call(t, c, client))
	}
	client.CloseIdleConnections()
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Body != "fails" { // how much of that arrives is chance
		out.Server, out.Connections = w.got, len(w.peers)
	}
	return out
}

// base returns what the transport under test is on.
func base(c shape, transport *http.Transport) http.RoundTripper {
	switch c.Base {
	case "again": // as net/http sends again what a server has refused
		return &idle{roundTripper: func(r *http.Request) (*http.Response, error) {
			if r.Body == nil || r.Body == http.NoBody {
				return transport.RoundTrip(r)
			}
			_, _ = io.CopyN(io.Discard, r.Body, 20)
			_ = r.Body.Close()
			body, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			r = r.Clone(r.Context())
			r.Body = body
			return transport.RoundTrip(r)
		}}
	case "reads copy": // as one that signs
		return &idle{roundTripper: func(r *http.Request) (*http.Response, error) {
			if r.GetBody != nil && c.GetBody == "copy" {
				if body, err := r.GetBody(); err == nil {
					_, _ = io.Copy(io.Discard, body)
				}
			}
			return transport.RoundTrip(r)
		}}
	case "nil", "error":
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil {
				_ = r.Body.Close()
			}
			if c.Base == "error" {
				return nil, errBase
			}
			return nil, nil
		})
	case "no body", "empty body":
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil {
				_ = r.Body.Close()
			}
			resp := &http.Response{StatusCode: 200, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}}, Request: r}
			if c.Base == "empty body" {
				resp.Body = http.NoBody
			}
			return resp, nil
		})
	default:
		return transport
	}
}

// call makes one request and reads its answer as the caller of the case does.
func (w *world) call(t *testing.T, c shape, client *http.Client) (out seen) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	req, wait := w.request(t, ctx, c)
	if c.Cancels == "before" {
		cancel(nil)
	}
	resp, err := client.Do(req)
	defer wait()
	if err != nil {
		out.Err = chain(err)
		return out
	}
	out.Status, out.Header, out.Length, out.Unpacked = resp.Status, resp.Header.Clone(), resp.ContentLength, resp.Uncompressed
	out.OwnRequest = resp.Request == req
	switch {
	case c.drops:
		return out
	case c.Ending == "hangs":
		whole := 0
		if c.Base == "plain" || c.Base == "again" || c.Base == "reads copy" {
			body, _ := c.answer()
			whole = len(body)
			if c.Encoding == "gzip" || c.Encoding == "br" || c.Encoding == "asked" {
				whole = 0 // an unfinished member shows when it likes
			}
		}
		part := make([]byte, whole)
		if c.Cancels == "after part" {
			part = part[:whole/2]
		}
		n, err := io.ReadFull(resp.Body, part)
		out.Body, out.ReadErr = string(part[:n]), chain(err)
		if c.Cancels == "with cause" {
			cancel(errCause)
		} else {
			cancel(nil)
		}
		if c.Encoding == "" {
			// What arrived before is read or not, by chance; the error is not.
			_, err = io.Copy(io.Discard, resp.Body)
			out.ReadErr = append(out.ReadErr, chain(err)...)
		}
	case c.Reads == "small":
		var b strings.Builder
		p := make([]byte, 7)
		for err == nil {
			var n int
			n, err = resp.Body.Read(p)
			b.Write(p[:n])
		}
		out.Body, out.ReadErr = b.String(), chain(err)
	case c.Reads == "copy":
		var b strings.Builder
		_, err = io.Copy(&b, resp.Body)
		out.Body, out.ReadErr = b.String(), chain(err)
	case c.Reads == "part":
		p := make([]byte, 20)
		n, err := io.ReadFull(resp.Body, p)
		out.Body, out.ReadErr = string(p[:n]), chain(err)
	case c.Reads == "none":
	default:
		body, err := io.ReadAll(resp.Body)
		out.Body, out.ReadErr = string(body), chain(err)
		if c.Reads == "twice" {
			n, err := resp.Body.Read(make([]byte, 1))
			out.AfterClose = append(chain(err), strconv.Itoa(n))
		}
	}
	out.CloseErr = chain(resp.Body.Close())
	if c.Reads == "after close" {
		n, err := resp.Body.Read(make([]byte, 1))
		out.AfterClose = append(chain(err), strconv.Itoa(n))
		out.CloseErr = append(out.CloseErr, chain(resp.Body.Close())...)
	}
	out.Trailer = resp.Trailer.Clone()
	return out
}

var addresses = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// chain is an error and those that it wraps: their types, their texts, and
// whether they are the very errors of the case.
func chain(err error) (out []string) {
	for ; err != nil; err = errors.Unwrap(err) {
		text := addresses.ReplaceAllString(err.Error(), "addr")
		// net/http names the type of the round tripper in this one.
		text = strings.NewReplacer("otelgenai_test.roundTripper", "base", "*otelgenai.Transport", "base").Replace(text)
		out = append(out, fmt.Sprintf("%T %s", err, text))
		for name, known := range map[string]error{"body": errBody, "copy": errCopy, "base": errBase, "cause": errCause, "canceled": context.Canceled, "EOF": io.EOF, "unexpected EOF": io.ErrUnexpectedEOF} {
			if err == known {
				out = append(out, "the very error "+name)
			}
		}
	}
	return out
}
