package otelgenai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestBase_WithoutAResponseOrAnErrorIsNetHTTPsError(t *testing.T) {
	s := newSignals()
	base := roundTripper(func(*http.Request) (*http.Response, error) { return nil, nil })
	_, err := s.client(otelgenai.OpenAI, base).Post("http://127.0.0.1/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
	require.ErrorContains(t, err, "returned a nil *Response with a nil error")
	assert.Equal(t, "_OTHER", s.attrs(t)["error.type"])
	assert.Equal(t, codes.Error, s.span(t).Status().Code)
}

func TestBase_ThatPanicsLeavesASpan(t *testing.T) {
	s := newSignals()
	base := roundTripper(func(*http.Request) (*http.Response, error) { panic("bug of the base") })
	assert.PanicsWithValue(t, "bug of the base", func() {
		_, _ = s.client(otelgenai.OpenAI, base).Post("http://127.0.0.1/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
	})
	assert.Equal(t, codes.Error, s.span(t).Status().Code)
}

// idle is a base with the optional interfaces that net/http looks for.
type idle struct {
	roundTripper
	closed    int
	cancelled []*http.Request
}

func (i *idle) CloseIdleConnections()           { i.closed++ }
func (i *idle) CancelRequest(req *http.Request) { i.cancelled = append(i.cancelled, req) }

func TestBase_KeepsItsOptionalInterfaces(t *testing.T) {
	s := newSignals()
	base := &idle{}
	client := s.client(otelgenai.OpenAI, base)
	client.CloseIdleConnections()
	assert.Equal(t, 1, base.closed)

	release := make(chan struct{})
	var sent *http.Request
	base.roundTripper = func(r *http.Request) (*http.Response, error) {
		sent = r
		<-release
		return nil, errors.New("cancelled")
	}
	req := newPost(t, "http://127.0.0.1/v1/chat/completions", strings.NewReader(chatRequest))
	transport := client.Transport.(*otelgenai.Transport)
	started := make(chan struct{})
	go func() {
		defer close(started)
		_, _ = transport.RoundTrip(req)
	}()
	for len(base.cancelled) == 0 || base.cancelled[0] == req { // before it is sent, the base is asked about req itself
		base.cancelled = nil
		transport.CancelRequest(req)
		runtime.Gosched()
	}
	close(release)
	<-started
	assert.Same(t, sent, base.cancelled[0], "the base is told of the request it has seen")

	without := s.client(otelgenai.OpenAI, roundTripper(nil))
	without.CloseIdleConnections()
	without.Transport.(*otelgenai.Transport).CancelRequest(req)
}

// A caller that looks at the status and drops the answer is common where a call
// has failed.
func TestAnswer_DroppedIsRecorded(t *testing.T) {
	for name, tc := range map[string]struct {
		status      int
		contentType string
		read        int64
	}{
		"an error":                   {429, "application/json", 0},
		"a whole answer":             {200, "application/json", 0},
		"a whole answer, begun":      {200, "application/json", 10},
		"a stream":                   {200, "text/event-stream", 0},
		"an answer that is not read": {200, "image/png", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			base := answerOf(tc.status, tc.contentType, chatResponse, nil)
			func() {
				resp, err := s.client(otelgenai.OpenAI, base).Post("http://127.0.0.1/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
				require.NoError(t, err)
				_, _ = io.CopyN(io.Discard, resp.Body, tc.read)
			}()
			for len(s.spans.Ended()) == 0 {
				runtime.GC()
				time.Sleep(time.Millisecond)
			}
			assert.Equal(t, int64(tc.status), s.attrs(t)["http.response.status_code"])
		})
	}
}

func TestErrorType_OfWhatEndsARequest(t *testing.T) {
	opaque := errors.New("net/http: request canceled") // which says nothing by its type
	waits := roundTripper(func(r *http.Request) (*http.Response, error) {
		select {
		case <-r.Context().Done():
		case <-r.Cancel:
		}
		return nil, opaque
	})
	run := func(t *testing.T, ctx context.Context, client *http.Client, change func(*http.Request)) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/v1/chat/completions", strings.NewReader(chatRequest))
		require.NoError(t, err)
		if change != nil {
			change(req)
		}
		_, err = client.Do(req)
		require.Error(t, err)
	}
	t.Run("the Timeout of the client", func(t *testing.T) {
		s := newSignals()
		client := s.client(otelgenai.OpenAI, waits)
		client.Timeout = time.Millisecond
		run(t, context.Background(), client, nil)
		assert.Equal(t, "timeout", s.attrs(t)["error.type"])
	})
	t.Run("a deadline with a cause", func(t *testing.T) {
		s := newSignals()
		ctx, cancel := context.WithTimeoutCause(context.Background(), time.Millisecond, opaque)
		defer cancel()
		run(t, ctx, s.client(otelgenai.OpenAI, waits), nil)
		assert.Equal(t, "timeout", s.attrs(t)["error.type"])
	})
	t.Run("a cancellation with a cause", func(t *testing.T) {
		s := newSignals()
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(opaque)
		run(t, ctx, s.client(otelgenai.OpenAI, waits), nil)
		assert.Equal(t, "canceled", s.attrs(t)["error.type"])
	})
	t.Run("the Cancel of the request", func(t *testing.T) {
		s := newSignals()
		cancel := make(chan struct{})
		close(cancel)
		run(t, context.Background(), s.client(otelgenai.OpenAI, waits), func(r *http.Request) { r.Cancel = cancel })
		assert.Equal(t, "canceled", s.attrs(t)["error.type"])
	})
	t.Run("an error of its own stays its own", func(t *testing.T) {
		s := newSignals()
		var n atomic.Int32
		base := roundTripper(func(*http.Request) (*http.Response, error) { n.Add(1); return nil, io.ErrUnexpectedEOF })
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/v1/chat/completions", strings.NewReader(chatRequest))
		require.NoError(t, err)
		_, err = s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, "unexpected_eof", s.attrs(t)["error.type"])
	})
}

// The body of a chunked answer refers to its response, which has our body: a
// cycle that a finalizer never ends.
func TestAnswer_ChunkedAndDroppedIsRecorded(t *testing.T) {
	s := newSignals()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, event := range strings.SplitAfter(chatStream, "\n\n") {
			_, _ = io.WriteString(w, event)
			w.(http.Flusher).Flush()
		}
	}))
	defer srv.Close()
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	func() {
		resp, err := s.client(otelgenai.OpenAI, base).Post(srv.URL+"/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
		require.NoError(t, err)
		_, _ = io.ReadFull(resp.Body, make([]byte, 100))
	}()
	for len(s.spans.Ended()) == 0 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])
}
