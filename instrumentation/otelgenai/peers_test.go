package otelgenai_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

// The cases of docs/comparison.md, which says what other libraries do with
// each.

func TestPeerCase_ALineOverSixtyFourKilobytes(t *testing.T) {
	for _, size := range []int{70 << 10, 3 << 20} {
		s := newSignals()
		long := strings.Replace(chatStream, "hel", strings.Repeat("é", size/2), 1)
		srv := serve(t, 200, "text/event-stream", long)
		got, _ := post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", `{"model":"m","stream":true}`)
		assert.Equal(t, long, got)
		assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
		assert.NotContains(t, s.attrs(t), "spanledger.decode.error")
	}
}

func TestPeerCase_ARequestOverOneMebibyte(t *testing.T) {
	body := `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,` +
		strings.Repeat("iVBORw0KGgo", 400_000) + `"}},{"type":"text","text":"{\"model\":\"not this\"}"}]}],"model":"gpt-4o","max_tokens":5}`
	for name, hide := range map[string]bool{"with a second copy to be had": false, "read once only": true} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			srv := serve(t, 200, "application/json", chatResponse)
			req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(body))
			if hide {
				req.GetBody = nil
			}
			resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, "chat gpt-4o", s.span(t).Name())
			assert.Equal(t, "gpt-4o", s.attrs(t)["gen_ai.request.model"])
			assert.Equal(t, int64(5), s.attrs(t)["gen_ai.request.max_tokens"])
		})
	}
}

func TestPeerCase_TheResponsesAPI(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "application/json", `{"id":"resp_1","status":"completed","model":"gpt-5-2025-08-07","output":[],"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":2}}}`)
	post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/responses", `{"model":"gpt-5","input":"x"}`)
	attrs := s.attrs(t)
	assert.Equal(t, int64(10), attrs["gen_ai.usage.input_tokens"])
	assert.Equal(t, int64(4), attrs["gen_ai.usage.cache_read.input_tokens"])
	assert.Equal(t, int64(2), attrs["gen_ai.usage.reasoning.output_tokens"])
}

func TestPeerCase_AnAbandonedStream(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "text/event-stream", chatStream)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true}`))
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	_, err = io.ReadFull(resp.Body, make([]byte, 400))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.NoError(t, resp.Body.Close(), "a second Close does no harm")
	attrs := s.attrs(t)
	assert.Equal(t, codes.Unset, s.span(t).Status().Code, "giving up is no error of the vendor")
	assert.NotContains(t, attrs, "error.type")
	assert.Equal(t, true, attrs["spanledger.stream.aborted"])
	assert.Equal(t, "missing", attrs["spanledger.usage.source"])
	assert.NotContains(t, attrs, "gen_ai.usage.input_tokens", "what is not known is not zero")
	assert.Equal(t, "gpt-4o-mini-2024-07-18", attrs["gen_ai.response.model"])
}

func TestPeerCase_AClientThatStopsAtTheEndMarkIsComplete(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "text/event-stream", chatStream)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true}`))
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	_, err = io.ReadFull(resp.Body, make([]byte, len(chatStream)))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.NotContains(t, s.attrs(t), "spanledger.stream.aborted")
	assert.Equal(t, "reported", s.attrs(t)["spanledger.usage.source"])
}

func TestPeerCase_AZeroThatIsReportedStays(t *testing.T) {
	s := newSignals()
	srv := serve(t, 200, "application/json", `{"id":"x","model":"m","choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}`)
	post(t, context.Background(), s.client(otelgenai.OpenAI, nil), srv.URL+"/v1/chat/completions", chatRequest)
	attrs := s.attrs(t)
	assert.Equal(t, int64(0), attrs["gen_ai.usage.input_tokens"])
	assert.Equal(t, int64(0), attrs["gen_ai.usage.output_tokens"])
	assert.Equal(t, "reported", attrs["spanledger.usage.source"])
}

func TestPeerCase_RetriesAreSeparateAttemptsOfWhichOneIsBilled(t *testing.T) {
	s := newSignals()
	var n int
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if n++; n < 3 {
			w.WriteHeader(503)
			_, _ = io.WriteString(w, `{"error":{"type":"server_error"}}`)
			return
		}
		_, _ = io.WriteString(w, chatResponse)
	}))
	t.Cleanup(srv.Close)
	client := s.client(otelgenai.OpenAI, nil)
	for i := range 3 {
		req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(chatRequest))
		req.Header.Set("X-Stainless-Retry-Count", fmt.Sprint(i))
		resp, err := client.Do(req)
		require.NoError(t, err)
		drain(t, resp)
	}
	spans := s.spans.Ended()
	require.Len(t, spans, 3)
	billed := 0
	for i, span := range spans {
		attrs := toMap(span.Attributes())
		if i > 0 {
			assert.Equal(t, int64(i), attrs["spanledger.request.attempt"])
		}
		if attrs["gen_ai.usage.input_tokens"] != nil {
			billed++
		}
	}
	assert.Equal(t, 1, billed)
}

func TestPeerCase_TheVendorLearnsNothingAboutTheUser(t *testing.T) {
	s := newSignals()
	var headers http.Header
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		headers = r.Header.Clone()
		return http.DefaultTransport.RoundTrip(r)
	})
	srv := serve(t, 200, "application/json", chatResponse)
	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-1", Department: "claims"})
	post(t, ctx, s.client(otelgenai.OpenAI, base), srv.URL+"/v1/chat/completions?key=secret", chatRequest)
	assert.Equal(t, http.Header{"Content-Type": {"application/json"}}, headers)
	for k, v := range s.attrs(t) {
		assert.NotContains(t, fmt.Sprint(v), "secret", k)
		assert.NotContains(t, fmt.Sprint(v), "hello", k)
	}
}
