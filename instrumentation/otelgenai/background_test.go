package otelgenai_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const backgroundUsage = `"usage":{"input_tokens":15,"output_tokens":9,"total_tokens":24}`

// background answers the order of a response and those who ask for it.
type background struct{ fetches []string }

func (b *background) RoundTrip(r *http.Request) (*http.Response, error) {
	body, contentType := `{"id":"resp_1","object":"response","status":"queued","background":true,"model":"gpt-5","usage":null,"output":[]}`, "application/json"
	switch {
	case r.Method == http.MethodGet:
		body, b.fetches = b.fetches[0], b.fetches[1:]
	case r.URL.RawQuery == "stream":
		contentType = "text/event-stream"
		body = `data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","background":true,"model":"gpt-5",` + backgroundUsage + "}}\n\n"
	}
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func spanOf(t *testing.T, spans []sdktrace.ReadOnlySpan, name string) map[string]any {
	t.Helper()
	for _, s := range spans {
		if s.Name() == name {
			return toMap(s.Attributes())
		}
	}
	require.Fail(t, "no span "+name)
	return nil
}

func TestBackgroundResponse_IsBilledOnceWhenItIsFetched(t *testing.T) {
	const (
		running = `{"id":"resp_1","status":"in_progress","background":true,"model":"gpt-5","usage":null}`
		ended   = `{"id":"resp_1","status":"completed","background":true,"model":"gpt-5",` + backgroundUsage + `}`
		stored  = `{"id":"resp_2","status":"completed","background":false,"model":"gpt-5",` + backgroundUsage + `}`
	)
	s := newSignals()
	client := &http.Client{Transport: s.transport(&background{fetches: []string{running, ended, ended, stored}})}
	get := func(resp *http.Response, err error) {
		t.Helper()
		require.NoError(t, err)
		drain(t, resp)
	}
	get(client.Post("https://api.openai.com/v1/responses", "application/json", strings.NewReader(`{"model":"gpt-5","input":"x","background":true}`)))
	ordered := spanOf(t, s.spans.Ended(), "chat gpt-5")
	assert.Equal(t, "queued", ordered["gen_ai.response.status"], "so that the ledger does not wait for its counts")
	assert.NotContains(t, ordered, "spanledger.claim")
	for range 4 {
		get(client.Get("https://api.openai.com/v1/responses/resp_1"))
	}
	var billed []sdktrace.ReadOnlySpan
	for _, span := range s.spans.Ended() {
		if toMap(span.Attributes())["gen_ai.usage.input_tokens"] != nil {
			billed = append(billed, span)
		}
	}
	require.Len(t, billed, 1)
	attrs := toMap(billed[0].Attributes())
	assert.Equal(t, "batch", attrs["spanledger.claim"])
	assert.Equal(t, "resp_1", attrs["gen_ai.response.id"])
	assert.Equal(t, "gpt-5", attrs["gen_ai.response.model"])
}

func TestBackgroundResponse_ThatWasStreamedIsNotBilledAgain(t *testing.T) {
	s := newSignals()
	client := &http.Client{Transport: s.transport(&background{fetches: []string{`{"id":"resp_1","status":"completed","background":true,"model":"gpt-5",` + backgroundUsage + `}`}})}
	resp, err := client.Post("https://api.openai.com/v1/responses?stream", "application/json", strings.NewReader(`{"model":"gpt-5","input":"x","background":true,"stream":true}`))
	require.NoError(t, err)
	drain(t, resp)
	assert.Equal(t, "batch", spanOf(t, s.spans.Ended(), "chat gpt-5")["spanledger.claim"], "so that a fetch by another process is the same call")
	resp, err = client.Get("https://api.openai.com/v1/responses/resp_1")
	require.NoError(t, err)
	drain(t, resp)
	assert.Len(t, s.spans.Ended(), 2)
}
