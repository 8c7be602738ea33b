package otelgenai_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

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
	w.watch(transport, s != nil)
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
