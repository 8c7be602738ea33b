package otelgenai_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// hashed posts a request whose instructions and question are given, and returns
// the attributes of its span.
func hashed(t *testing.T, d otelgenai.Dialect, path, request string, opts ...otelgenai.Option) map[string]any {
	t.Helper()
	s := newSignals(opts...)
	srv := serve(t, 200, "application/json", `{"usage":{"prompt_tokens":1000,"completion_tokens":5,"input_tokens":1000,"output_tokens":5}}`)
	post(t, context.Background(), s.client(d, nil), srv.URL+path, request)
	return s.attrs(t)
}

const (
	prefixHash   = "spanledger.prompt.prefix_hash"
	prefixTokens = "spanledger.prompt.prefix_tokens"
)

func TestPromptHash_PromptsOfOnePrefixHaveOneHash(t *testing.T) {
	policy := strings.Repeat("never promise a refund; ", 100)
	for name, tc := range map[string]struct {
		dialect       otelgenai.Dialect
		path, request string // with verbs for the instructions and the question
	}{
		"OpenAI chat":        {otelgenai.OpenAI, "/v1/chat/completions", `{"model":"m","messages":[{"role":"system","content":%q},{"role":"user","content":%q}]}`},
		"OpenAI responses":   {otelgenai.OpenAI, "/v1/responses", `{"model":"m","instructions":%q,"input":%q}`},
		"Anthropic messages": {otelgenai.Anthropic, "/v1/messages", `{"model":"m","system":%q,"messages":[{"role":"user","content":%q}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			on := otelgenai.WithPromptHash(nil)
			one := hashed(t, tc.dialect, tc.path, fmt.Sprintf(tc.request, policy, "one"), on)
			two := hashed(t, tc.dialect, tc.path, fmt.Sprintf(tc.request, policy, "a second question"), on)
			other := hashed(t, tc.dialect, tc.path, fmt.Sprintf(tc.request, policy+"!", "one"), on)
			keyed := hashed(t, tc.dialect, tc.path, fmt.Sprintf(tc.request, policy, "one"), otelgenai.WithPromptHash([]byte("k")))
			require.Regexp(t, "^[0-9a-f]{16}$", one[prefixHash])
			assert.Equal(t, one[prefixHash], two[prefixHash])
			require.Regexp(t, `^\.[0-9a-f]{8}\.[0-9a-f]{8}$`, one["spanledger.prompt.parts"])
			assert.NotEqual(t, one["spanledger.prompt.parts"], two["spanledger.prompt.parts"], "another question")
			assert.NotEqual(t, one[prefixHash], other[prefixHash])
			assert.NotEqual(t, one[prefixHash], keyed[prefixHash])
			assert.InDelta(t, 960, one[prefixTokens], 39, "the share of 1000 tokens")
		})
	}
}

func TestPromptHash_PromptsAreNotHashed(t *testing.T) {
	on := otelgenai.WithPromptHash(nil)
	for name, attrs := range map[string]map[string]any{
		"unless it is asked for":    hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chatRequest),
		"where they are embedded":   hashed(t, otelgenai.OpenAI, "/v1/embeddings", `{"model":"m","input":"text"}`, on),
		"where the body is cut":     hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chatRequest[:len(chatRequest)-1], on),
		"where there is no message": hashed(t, otelgenai.OpenAI, "/v1/chat/completions", `{"model":"m"}`, on),
	} {
		assert.NotContains(t, attrs, prefixHash, name)
		assert.NotContains(t, attrs, prefixTokens, name)
	}
}

func TestPromptHash_APromptIsHashedWhileItIsSent(t *testing.T) {
	s := newSignals(otelgenai.WithPromptHash(nil))
	srv, _, body := echo(t, "application/json", chatResponse)
	req := newPost(t, srv.URL+"/v1/chat/completions", struct{ io.Reader }{strings.NewReader(chatRequest)})
	resp, err := s.client(otelgenai.OpenAI, nil).Do(req)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, chatRequest, body.String(), "not a byte is changed")
	assert.Equal(t, hashed(t, otelgenai.OpenAI, "/v1/chat/completions", chatRequest, otelgenai.WithPromptHash(nil))[prefixHash], s.attrs(t)[prefixHash])
}
