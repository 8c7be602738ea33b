package otelgenai

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// gate is a decoder that waits until the caller has the bytes it is looking at.
type gate struct {
	jsonscan.Ignore
	handed <-chan struct{}
	seen   *bool
}

func (g gate) Value(jsonscan.Field, jsonscan.Kind, []byte) {
	<-g.handed
	*g.seen = true
}
func (g gate) Settle() {}

type streamAnswer string

func (a streamAnswer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// TestTransport_BytesAreHandedOnBeforeTheyAreLookedAt would wait for ever if a Read
// looked at what it returns.
func TestTransport_BytesAreHandedOnBeforeTheyAreLookedAt(t *testing.T) {
	handed, seen := make(chan struct{}), false
	shape := jsonscan.Compile(jsonscan.Scalar("x", 1))
	api := &genai.API{
		Operation: "chat",
		Stream:    genai.Format[genai.Response]{Shape: shape, New: func(*genai.Response) genai.Decoder { return gate{handed: handed, seen: &seen} }},
	}
	rt := NewTransport(streamAnswer("data: {\"x\":1}\n\n"))
	rt.cfg.endpoints["gate.test"] = speaks("gate", api)
	req, err := http.NewRequest(http.MethodPost, "http://gate.test/", nil)
	require.NoError(t, err)
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	buf := make([]byte, 100)
	n, err := resp.Body.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, "data: {\"x\":1}\n\n", string(buf[:n]))
	assert.False(t, seen)
	close(handed)
	require.NoError(t, resp.Body.Close())
	assert.True(t, seen)
}

// speaks is the endpoint of a door where every path leads to one API.
func speaks(name string, api *genai.API) []endpoint {
	route := func(string, string) (*genai.API, string) { return api, "" }
	return []endpoint{{provider: &genai.Provider{Name: name, Speaks: []genai.Protocol{{Name: name, Route: route}}}}}
}
