package otelgenai_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// serveHTTP2 answers over TLS with HTTP/2: requests that ask for a stream one
// event at a time, others whole. A stream with ?endless in its address stops
// after its first event and waits until the caller is gone.
func serveHTTP2(t *testing.T) (srv *httptest.Server, gone <-chan struct{}) {
	t.Helper()
	left := make(chan struct{}, 1)
	srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), `"stream":true`) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, chatResponse)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for _, event := range strings.SplitAfter(chatStream, "\n\n") {
			_, _ = io.WriteString(w, event)
			w.(http.Flusher).Flush()
			if r.URL.Query().Has("endless") {
				<-r.Context().Done()
				left <- struct{}{}
				return
			}
		}
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv, left
}

func TestHTTP2(t *testing.T) {
	const streamRequest = `{"model":"m","stream":true}`
	srv, gone := serveHTTP2(t)
	base := srv.Client().Transport
	url := srv.URL + "/v1/chat/completions"

	t.Run("a whole answer is read", func(t *testing.T) {
		s := newSignals()
		got, resp := post(t, context.Background(), s.client(otelgenai.OpenAI, base), url, chatRequest)
		assert.Equal(t, 2, resp.ProtoMajor)
		assert.Equal(t, chatResponse, got)
		assert.Equal(t, int64(1000), s.attrs(t)["gen_ai.usage.input_tokens"])
	})

	t.Run("a stream is read", func(t *testing.T) {
		s := newSignals()
		got, resp := post(t, context.Background(), s.client(otelgenai.OpenAI, base), url, streamRequest)
		assert.Equal(t, 2, resp.ProtoMajor)
		assert.Equal(t, chatStream, got)
		assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
		assert.NotContains(t, s.attrs(t), "spanledger.stream.aborted")
	})

	t.Run("a stream that is given up reaches the vendor and leaves the connection to others", func(t *testing.T) {
		s := newSignals()
		client := s.client(otelgenai.OpenAI, base)
		resp, err := client.Post(url+"?endless", "application/json", strings.NewReader(streamRequest))
		require.NoError(t, err)
		require.Equal(t, 2, resp.ProtoMajor)
		_, err = resp.Body.Read(make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		<-gone
		assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])

		var reused bool
		ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
		got, _ := post(t, ctx, client, url, chatRequest)
		assert.Equal(t, chatResponse, got)
		assert.True(t, reused, "one connection for both")
	})

	t.Run("a stream whose caller cancels is aborted, not failed", func(t *testing.T) {
		s := newSignals()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"?endless", strings.NewReader(streamRequest))
		require.NoError(t, err)
		resp, err := s.client(otelgenai.OpenAI, base).Do(req)
		require.NoError(t, err)
		_, err = resp.Body.Read(make([]byte, 10))
		require.NoError(t, err)
		cancel()
		_, err = io.ReadAll(resp.Body)
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, resp.Body.Close())
		<-gone
		assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])
		assert.NotContains(t, s.attrs(t), "error.type")
	})
}

// watched is a body that can be read once and tells of it.
type watched struct {
	io.Reader
	onRead func()
	closed atomic.Int32
}

func (w *watched) Read(p []byte) (int, error) { w.onRead(); return w.Reader.Read(p) }
func (w *watched) Close() error               { w.closed.Add(1); return nil }

func TestTransport_ABodyWaitsForContinue(t *testing.T) {
	for name, tc := range map[string]struct {
		handler   http.HandlerFunc
		status    int
		sent      bool
		wantModel any // nil = not known
	}{
		"a vendor that says 100 gets the body": {
			handler: func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, chatResponse)
			},
			status: 200, sent: true, wantModel: "gpt-4o-mini",
		},
		"a vendor that refuses at once does not": {
			handler: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
			status:  401,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			var expects atomic.Value
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				expects.Store(r.Header.Get("Expect"))
				tc.handler(w, r)
			}))
			t.Cleanup(srv.Close)
			base := &http.Transport{ExpectContinueTimeout: time.Hour}
			t.Cleanup(base.CloseIdleConnections)
			var allowed, early, read atomic.Bool
			ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got100Continue: func() { allowed.Store(true) }})
			body := &watched{Reader: strings.NewReader(chatRequest), onRead: func() {
				read.Store(true)
				if !allowed.Load() {
					early.Store(true)
				}
			}}
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/v1/chat/completions", body)
			require.NoError(t, err)
			req.ContentLength = int64(len(chatRequest))
			req.Header.Set("Expect", "100-continue")
			resp, err := s.client(otelgenai.OpenAI, base).Do(req)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())

			assert.Equal(t, tc.status, resp.StatusCode)
			assert.Equal(t, "100-continue", expects.Load(), "the vendor is asked")
			assert.Equal(t, tc.sent, read.Load())
			assert.False(t, early.Load(), "no byte is read before the vendor's leave")
			assert.Eventually(t, func() bool { return body.closed.Load() == 1 }, 10*time.Second, time.Millisecond, "closed once")
			assert.Equal(t, tc.wantModel, s.attrs(t)["gen_ai.request.model"])
		})
	}
}
