package otelgenai_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func TestTransport_ANilBaseIsTheDefaultTransport(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "application/json", chatResponse)
	got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	assert.Equal(t, chatResponse, got)
}

func TestTransport_NilOptionsAreIgnored(t *testing.T) {
	assert.NotPanics(t, func() {
		otelgenai.NewTransport(nil, nil, otelgenai.WithTracerProvider(nil), otelgenai.WithMeterProvider(nil), otelgenai.WithLoggerProvider(nil),
			otelgenai.WithFilter(nil), otelgenai.WithEndpoint("", otelgenai.OpenAI), otelgenai.WithEndpoint("x", 0), otelgenai.WithEndpoint("://", otelgenai.OpenAI))
	})
}

func TestTransport_AnErrorOfTheBaseIsPassedOnAsItIs(t *testing.T) {
	boom := errors.New("boom with sk-secret")
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"an unknown error":   {boom, "_OTHER"},
		"a cancelled call":   {context.Canceled, "canceled"},
		"a deadline":         {context.DeadlineExceeded, "timeout"},
		"a body cut short":   {io.ErrUnexpectedEOF, "unexpected_eof"},
		"a text":             {http.ErrSchemeMismatch, "_OTHER"},
		"an error of a type": {&net.AddrError{Err: "x"}, "net.AddrError"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(*http.Request) (*http.Response, error) { return nil, tc.err })
			req := newPost(t, "https://api.openai.com/v1/chat/completions", strings.NewReader(chatRequest))
			resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
			assert.Nil(t, resp)
			assert.True(t, tc.err == err, "the very error")
			assert.Equal(t, tc.want, s.attrs(t)["error.type"])
			assert.Equal(t, codes.Error, s.span(t).Status().Code)
			assert.NotContains(t, s.span(t).Status().Description, "secret")
			assert.Len(t, s.records.records, 2, "the record of the call and its exception")
		})
	}
}

func TestTransport_TheRequestIsNotChanged(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "application/json", chatResponse)
	for _, withCopy := range []bool{true, false} {
		req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
		if !withCopy {
			req.GetBody = nil
		}
		body, headers, ctx := req.Body, req.Header.Clone(), req.Context()
		resp, err := s.client(otelgenai.OpenAI, nil).Transport.RoundTrip(req)
		require.NoError(t, err)
		drain(t, resp)
		assert.Equal(t, body, req.Body)
		assert.Equal(t, headers, req.Header)
		assert.Equal(t, ctx, req.Context())
		assert.Same(t, req, resp.Request, "the response names the caller's request")
	}
}

func TestTransport_TheBodiesAreClosedOnce(t *testing.T) {
	s := newSignals()
	var sent, received atomic.Int32
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: &closeCounter{Reader: strings.NewReader(chatResponse), n: &received}}, nil
	})
	req := newPost(t, "https://api.openai.com/v1/chat/completions", &closeCounter{Reader: strings.NewReader(chatRequest), n: &sent})
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	drain(t, resp)
	assert.Equal(t, int32(1), sent.Load())
	assert.Equal(t, int32(1), received.Load())
	assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"], "read while it was sent")
}

type closeCounter struct {
	io.Reader
	n *atomic.Int32
}

func (c *closeCounter) Close() error { c.n.Add(1); return nil }

func TestTransport_AnUpgradedConnectionKeepsItsWriter(t *testing.T) {
	s := newSignals()
	conn := struct {
		io.Reader
		io.WriteCloser
	}{strings.NewReader("x"), nopWriteCloser{io.Discard}}
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusSwitchingProtocols, Header: http.Header{}, Body: conn}, nil
	})
	req := newPost(t, "https://api.openai.com/v1/responses", nil)
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	assert.Implements(t, (*io.Writer)(nil), resp.Body)
	assert.Len(t, s.spans.Ended(), 1)
}

type nopWriteCloser struct{ io.Writer }

func (nopWriteCloser) Close() error { return nil }

func TestTransport_CloseWhileAReadWaits(t *testing.T) {
	s := newSignals()
	r, w := io.Pipe()
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: r}, nil
	})
	req := newPost(t, "https://api.openai.com/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true}`))
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	go func() { _, _ = w.Write([]byte(chatStream[:300])) }()
	_, err = io.ReadFull(resp.Body, make([]byte, 300))
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		_, err := resp.Body.Read(make([]byte, 10))
		done <- err
	}()
	time.Sleep(5 * time.Millisecond)
	require.NoError(t, resp.Body.Close())
	require.Error(t, <-done)
	assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])
}

func TestTransport_AThousandStreamsAtOnce(t *testing.T) {
	const n = 1000
	s := newSignals()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, event := range strings.SplitAfter(chatStream, "\n\n") {
			_, _ = io.WriteString(w, event)
			w.(http.Flusher).Flush()
		}
	}))
	t.Cleanup(srv.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	client := s.client(otelgenai.OpenAI, transport)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			resp, err := client.Post(srv.URL+"/v1/chat/completions", "application/json", strings.NewReader(`{"model":"m","stream":true}`))
			if !assert.NoError(t, err) {
				return
			}
			if i%10 == 0 { // some give up
				_ = resp.Body.Close()
				return
			}
			got, err := io.ReadAll(resp.Body)
			assert.NoError(t, err)
			assert.Equal(t, len(chatStream), len(got))
			_ = resp.Body.Close()
		})
	}
	wg.Wait()
	assert.Len(t, s.spans.Ended(), n)
	assert.Equal(t, int64(9*(n-n/10)), sum(s.metrics(t)["gen_ai.client.inference.usage.input_tokens"]))
}

// TestTransport_MemoryOfAStreamDoesNotGrow reads a stream of 300,000 chunks; reading on
// allocates nothing.
func TestTransport_MemoryOfAStreamDoesNotGrow(t *testing.T) {
	s := newSignals()
	event, _, _ := bytes.Cut(streamOf(1), []byte("\n\n"))
	event = append(event, "\n\n"...)
	body := io.LimitReader(&repeat{event: event}, int64(len(event))*300_000)
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(body)}, nil
	})
	req := newPost(t, "https://api.openai.com/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true}`))
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	buf := make([]byte, 4096)
	_, err = resp.Body.Read(buf)
	require.NoError(t, err)
	allocated := testing.AllocsPerRun(1000, func() { _, _ = resp.Body.Read(buf) })
	assert.Zero(t, allocated, "reading on allocates nothing, so nothing can grow")
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
}

type repeat struct {
	event []byte
	rest  []byte
}

func (r *repeat) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		r.rest = r.event
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func TestTransport_BadBodiesReachTheCallerAndAreNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		contentType, body, want string
	}{
		"JSON cut short":              {"application/json", chatResponse[:len(chatResponse)-40], "JSON ends too early"},
		"a web page":                  {"application/json", "<html>502</html>", "not JSON"},
		"an event that is not JSON":   {"text/event-stream", "data: oops\n\n" + chatStream, "not JSON"},
		"an unknown content encoding": {"application/json", "\x1b\x02", "content-encoding br"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			base := roundTripper(func(*http.Request) (*http.Response, error) {
				h := http.Header{"Content-Type": {tc.contentType}}
				if strings.Contains(tc.want, "br") {
					h.Set("Content-Encoding", "br")
				}
				return &http.Response{StatusCode: 200, Header: h, Body: io.NopCloser(bytes.NewBufferString(tc.body))}, nil
			})
			req := newPost(t, "https://api.openai.com/v1/chat/completions", strings.NewReader(chatRequest))
			resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
			require.NoError(t, err)
			got := readAll(t, resp)
			assert.Equal(t, tc.body, got)
			assert.Equal(t, tc.want, s.attrs(t)["spanledger.decode.error"])
			assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"], "the span says what is known")
		})
	}
}
