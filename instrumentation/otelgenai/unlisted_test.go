package otelgenai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// unlistedAnswer answers every request with a chat completion.
var unlistedAnswer = roundTripper(func(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(chatResponse)),
	}, nil
})

func TestUnlistedHost_IsKnownByPathAndBody(t *testing.T) {
	for _, tt := range []struct {
		name, url, body string
		provider        string // "" = no span
	}{
		{"chat completions of a server of one's own", "http://127.0.0.1:8000/v1/chat/completions", chatRequest, "_OTHER"},
		{"a gateway that puts the API below a prefix", "https://llm.example.com/proxy/v1/chat/completions", chatRequest, "_OTHER"},
		{"responses", "http://llm:4000/responses", `{"model":"m","input":[{"role":"user","content":"x"}]}`, "_OTHER"},
		{"responses asked with a text", "http://llm:4000/responses", `{"input":"x","model":"m"}`, "_OTHER"},
		{"messages", "http://llm:4000/v1/messages", `{"model":"claude","max_tokens":9,"messages":[]}`, "_OTHER"},
		{"embeddings of texts", "http://llm:4000/v1/embeddings", `{"model":"m","input":["x"]}`, "_OTHER"},
		{"embeddings of tokens", "http://llm:4000/v1/embeddings", `{"model":"m","input":[[1,2]]}`, "_OTHER"},
		{"completions", "http://llm:4000/v1/completions", `{"model":"m","prompt":["x"]}`, "_OTHER"},
		{"Ollama elsewhere", "http://gpu-1.internal:8080/api/chat", `{"model":"m","messages":[]}`, "_OTHER"},
		{"Gemini behind a proxy", "http://llm:4000/gemini/v1beta/models/gemini-2.5-pro:generateContent", `{"contents":[]}`, "_OTHER"},
		{"another host of a vendor", "https://eu2.gateway.mistral.ai/v1/chat/completions", chatRequest, "mistral_ai"},

		{"a chat of people", "https://chat.example.com/v1/messages", `{"channel":"c","text":"hello"}`, ""},
		{"a model without a prompt", "https://cars.example.com/v1/messages", `{"model":"T-1000","text":"hello"}`, ""},
		{"messages without a model", "https://chat.example.com/v1/messages", `{"messages":[{"to":"a"}]}`, ""},
		{"a model that is null", "https://chat.example.com/v1/messages", `{"model":null,"messages":[]}`, ""},
		{"no JSON", "https://chat.example.com/v1/messages", `model=m&messages=x`, ""},
		{"what is JSON at first", "https://chat.example.com/v1/messages", `{"model":"m","messages":[]],}`, ""},
		{"no body", "https://chat.example.com/v1/responses", ``, ""},
		{"another path", "https://chat.example.com/v1/answers", chatRequest, ""},
	} {
		for _, inMemory := range []bool{true, false} {
			t.Run(tt.name, func(t *testing.T) {
				s := newSignals()
				var body io.Reader = strings.NewReader(tt.body)
				if !inMemory {
					body = iotest.OneByteReader(body)
				}
				req := newPost(t, tt.url, body)
				req.Header.Set("Content-Type", "application/json")
				resp, err := s.transport(unlistedAnswer).RoundTrip(req)
				require.NoError(t, err)
				assert.Same(t, req, resp.Request)
				got := readAll(t, resp)
				assert.Equal(t, chatResponse, got)
				if tt.provider == "" {
					assert.Empty(t, s.spans.Started())
					return
				}
				attrs := s.attrs(t)
				assert.Equal(t, tt.provider, attrs["gen_ai.provider.name"])
				assert.NotEmpty(t, attrs["gen_ai.request.model"])
			})
		}
	}
}

func TestUnlistedHost_IsLeftAloneOnDemand(t *testing.T) {
	s := newSignals(otelgenai.WithUnlistedHosts(false))
	client := &http.Client{Transport: s.transport(unlistedAnswer)}
	resp, err := client.Post("http://127.0.0.1:8000/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Empty(t, s.spans.Started())
}

func TestUnlistedHost_GuardsAreAskedAboutBodiesInMemory(t *testing.T) {
	refusal := errors.New("no")
	s := newSignals(otelgenai.WithGuard(func(_ context.Context, i otelgenai.PendingCall) ([]attribute.KeyValue, error) {
		assert.Equal(t, "gpt-4o-mini", i.RequestModel())
		return nil, refusal
	}))
	long := strings.TrimSuffix(chatRequest, "}") + strings.Repeat(" ", 1<<20) + "}"
	_, err := (&http.Client{Transport: s.transport(unlistedAnswer)}).Post("http://127.0.0.1:8000/v1/chat/completions", "application/json", strings.NewReader(long))
	require.ErrorIs(t, err, refusal)
}

func TestUnlistedHost_ACallThatFailsIsRecorded(t *testing.T) {
	broken := errors.New("connection reset")
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		return nil, broken
	})
	for _, body := range []io.Reader{strings.NewReader(chatRequest), iotest.HalfReader(strings.NewReader(chatRequest))} {
		s := newSignals()
		req := newPost(t, "http://127.0.0.1:8000/v1/chat/completions", body)
		_, err := s.transport(base).RoundTrip(req)
		require.ErrorIs(t, err, broken)
		assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"])
		assert.NotEmpty(t, s.attrs(t)["error.type"])
	}
}

func TestWithEndpoint_TakesSeveralDialectsAndAnImpliedPort(t *testing.T) {
	for _, tt := range []struct{ url, provider string }{
		{"https://llm.example.com/v1/chat/completions", "openai"},
		{"https://llm.example.com:443/v1/messages", "anthropic"},
		{"https://llm.example.com:8443/api/chat", "ollama"},
		{"https://llm.example.com:9000/v1/chat/completions", "groq"},
		{"https://llm.example.com:9000/v1/messages", "_OTHER"},
		{"https://LLM.example.com./v1/messages", "anthropic"},
	} {
		s := newSignals(
			otelgenai.WithEndpoint("llm.example.com:443", otelgenai.OpenAI, otelgenai.Anthropic),
			otelgenai.WithEndpoint("llm.example.com", otelgenai.Groq),
			otelgenai.WithEndpoint("https://llm.example.com:8443/ignored", otelgenai.Ollama))
		req := newPost(t, tt.url, strings.NewReader(`{"model":"m","messages":[]}`))
		resp, err := s.transport(unlistedAnswer).RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, tt.provider, s.attrs(t)["gen_ai.provider.name"], tt.url)
	}
}
