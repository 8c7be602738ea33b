package otelgenai_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

const promptShares = "spanledger.prompt.shares"

func TestContextShares_AreOnTheSpan(t *testing.T) {
	on := otelgenai.WithContextShares()
	const chat = `{"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":"secret"}],"tools":[{"type":"function","function":{"name":"search"}}]}`
	attrs := hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chat, on)
	assert.Equal(t, "system:37 tools/search:48 last:34", attrs[promptShares])
	for key, value := range attrs {
		text, _ := value.(string)
		assert.NotContains(t, text, "secret", key)
	}
	assert.Equal(t, "system:9 last:34", hashed(t, otelgenai.Anthropic, "/v1/messages",
		`{"model":"m","system":"be kind","messages":[{"role":"user","content":"secret"}]}`, on)[promptShares])
	for name, attrs := range map[string]map[string]any{
		"unless it is asked for":    hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chat),
		"where they are embedded":   hashed(t, otelgenai.OpenAI, "/v1/embeddings", `{"model":"m","input":"text"}`, on),
		"where the body is cut":     hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chat[:len(chat)-1], on),
		"where there is no message": hashed(t, otelgenai.OpenAI, "/v1/chat/completions", `{"model":"m"}`, on),
	} {
		assert.NotContains(t, attrs, promptShares, name)
	}
}

func TestContextShares_AreCountedWhileTheBodyIsSent(t *testing.T) {
	s := newSignals(otelgenai.WithContextShares(), otelgenai.WithPromptHash(nil))
	srv, _, body := echo(t, "application/json", chatResponse)
	req := newPost(t, srv.URL+"/v1/chat/completions", struct{ io.Reader }{strings.NewReader(chatRequest)})
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, chatRequest, body.String(), "not a byte is changed")
	want := hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chatRequest, otelgenai.WithContextShares())[promptShares]
	require.NotEmpty(t, want)
	assert.Equal(t, want, s.attrs(t)[promptShares])
}

// BenchmarkContextShares measures the cost of the option for a call of 6 KB with tools.
func BenchmarkContextShares(b *testing.B) {
	request := []byte(`{"model":"m","messages":[{"role":"system","content":"` + strings.Repeat("be kind ", 250) + `"},` +
		`{"role":"user","content":"` + strings.Repeat("one ", 500) + `"},{"role":"user","content":"two"}],"tools":[` +
		strings.Repeat(`{"type":"function","function":{"name":"search","parameters":{"type":"object","properties":{"q":{"type":"string"}}}}},`, 15) +
		`{"type":"function","function":{"name":"mcp__github__list"}}]}`)
	for name, options := range map[string][]otelgenai.Option{"off": nil, "on": {otelgenai.WithContextShares()}, "hash": {otelgenai.WithPromptHash(nil)}} {
		b.Run(name, func(b *testing.B) {
			transport := otelgenai.NewTransport(canned{"application/json", []byte(chatResponse)}, append(options, otelgenai.WithEndpoint("vendor.test", otelgenai.OpenAI))...)
			c := newCaller(transport)
			b.ReportAllocs()
			for b.Loop() {
				c.call(b, request)
			}
		})
	}
}
