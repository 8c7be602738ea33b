package sdktest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// outcome is everything a caller can see of one request.
type outcome struct {
	err     string // of Do, with the host taken out: each server has its own
	status  string
	header  http.Header
	body    []byte
	readErr error
	trailer http.Header
}

func see(ctx context.Context, client *http.Client, base, path, body string) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		return outcome{err: err.Error()}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer test")
	req.Header.Set("X-Api-Key", "test")
	res, err := client.Do(req)
	if err != nil {
		return outcome{err: strings.ReplaceAll(err.Error(), base, "")}
	}
	defer res.Body.Close()
	out := outcome{status: res.Status, header: res.Header}
	out.header.Del("Date")
	out.body, out.readErr = io.ReadAll(res.Body)
	out.trailer = res.Trailer
	return out
}

var endpoints = []struct {
	name, path, body string
	provider         string
	streamed         bool
}{
	{"chat completions", "/v1/chat/completions", `{"model":"gpt-4o","messages":[{"role":"user","content":"q"}]}`, "openai", false},
	{"chat completions, streamed", "/v1/chat/completions", `{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"q"}]}`, "openai", true},
	{"responses", "/v1/responses", `{"model":"gpt-4o","input":"q"}`, "openai", false},
	{"responses, streamed", "/v1/responses", `{"model":"gpt-4o","input":"q","stream":true}`, "openai", true},
	{"embeddings", "/v1/embeddings", `{"model":"text-embedding-3-small","input":"q","dimensions":16}`, "openai", false},
	{"messages", "/v1/messages", `{"model":"claude-haiku-4-5","max_tokens":500,"messages":[{"role":"user","content":"q"}]}`, "anthropic", false},
	{"messages, streamed", "/v1/messages", `{"model":"claude-haiku-4-5","max_tokens":500,"stream":true,"messages":[{"role":"user","content":"q"}]}`, "anthropic", true},
}

func baseOf(s *fakevendor.Server, provider string) string {
	return "http://" + hostOf(s, provider)
}

func TestCaller_SeesWhatItWouldSeeWithoutUs(t *testing.T) {
	clock := func() time.Time { return time.Unix(1_790_000_000, 0) }
	adjust := func(change func(*fakevendor.Answer)) func(fakevendor.Request, *fakevendor.Answer) {
		return func(_ fakevendor.Request, a *fakevendor.Answer) { change(a) }
	}
	for _, e := range endpoints {
		for _, tc := range []struct {
			name   string
			adjust func(*fakevendor.Answer)
			body   string // in place of the endpoint's own
			path   string // in place of the endpoint's own
			spans  int
			failed bool // the span says error
		}{
			{name: "a good answer", spans: 1},
			{name: "malformed JSON", adjust: func(a *fakevendor.Answer) { a.Damage = fakevendor.Malformed }, spans: 1},
			{name: "a body cut short", adjust: func(a *fakevendor.Answer) { a.Damage = fakevendor.CutShort }, spans: 1, failed: true},
			{name: "a request that is no JSON", body: `{"model":`, spans: 1, failed: true},
			{name: "an empty request", body: " ", spans: 1, failed: true},
			{name: "an unknown endpoint", path: "/v1/nowhere", spans: 0},
		} {
			t.Run(e.name+", "+tc.name, func(t *testing.T) {
				opts := fakevendor.Options{Seed: 5, Now: clock}
				if tc.adjust != nil {
					opts.Adjust = adjust(tc.adjust)
				}
				path, body := e.path, e.body
				if tc.path != "" {
					path = tc.path
				}
				if tc.body != "" {
					body = tc.body
				}
				bare := &http.Client{Transport: &http.Transport{}}
				defer bare.CloseIdleConnections()
				without := serve(t, opts)
				want := see(t.Context(), bare, baseOf(without, e.provider), path, body)

				with := serve(t, opts)
				r := record(t, with)
				got := see(t.Context(), r.client, baseOf(with, e.provider), path, body)

				// The processing time comes from the seed as well, so all
				// headers compare.
				require.Equal(t, want, got)
				require.Len(t, r.spans.Ended(), tc.spans)
				require.Len(t, r.spans.Started(), tc.spans)
				if tc.spans == 1 {
					assert.Equal(t, tc.failed, r.spans.Ended()[0].Status().Code == codes.Error, r.spans.Ended()[0].Status())
				}
			})
		}
	}
}

func TestCaller_ANilBaseTransportIsTheDefaultOne(t *testing.T) {
	s := serve(t, fakevendor.Options{})
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(s.OpenAIHost(), otelgenai.OpenAI))}
	defer http.DefaultClient.CloseIdleConnections()
	got := see(t.Context(), client, s.URL(), endpoints[0].path, endpoints[0].body)
	require.Empty(t, got.err)
	require.Equal(t, "200 OK", got.status)
}

func TestCaller_ACancelledContextIsTheCallersOwnError(t *testing.T) {
	for _, e := range endpoints {
		t.Run(e.name, func(t *testing.T) {
			s := serve(t, fakevendor.Options{Latency: fakevendor.DurationRange{Min: time.Minute, Max: time.Minute}})
			r := record(t, s)
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("the user left")
			time.AfterFunc(50*time.Millisecond, func() { cancel(cause) })
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, baseOf(s, e.provider)+e.path, strings.NewReader(e.body))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer test")
			req.Header.Set("X-Api-Key", "test")
			_, err = r.client.Do(req)
			require.ErrorIs(t, err, cause)

			span := r.span(t)
			assert.Equal(t, codes.Error, span.Status().Code)
			a := attributes(span.Attributes())
			assert.NotEmpty(t, a[string(semconv.ErrorType)])
			assert.Contains(t, fmt.Sprint(a[string(semconv.RequestModel)]), "-", "what was asked is known")
			assert.NotContains(t, a, string(semconv.UsageInputTokens))
		})
	}
}

func TestCaller_AStreamTheCallerLeavesIsASpanWithWhatWasSeen(t *testing.T) {
	for _, e := range endpoints {
		if !e.streamed {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			s := serve(t, fakevendor.Options{ChunkInterval: 5 * time.Millisecond, Chunks: 1000})
			r := record(t, s)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, baseOf(s, e.provider)+e.path, strings.NewReader(e.body))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer test")
			req.Header.Set("X-Api-Key", "test")
			res, err := r.client.Do(req)
			require.NoError(t, err)
			var first [256]byte
			n, err := res.Body.Read(first[:])
			require.NoError(t, err)
			require.True(t, bytes.Contains(first[:n], []byte("data:")), "the first event is handed on at once")
			require.NoError(t, res.Body.Close())

			a := attributes(r.span(t).Attributes())
			assert.Equal(t, true, a[string(semconv.StreamAborted)])
			assert.Equal(t, true, a[string(semconv.RequestStream)])
		})
	}
}
