package otelmcp_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/spanledger/spanledger/tracing/otelmcp"
)

// The types below have the shape of the SDK's, and shapes it might come to have.
// How the middleware works with the SDK itself is tested where the SDK is at
// hand, in collector/examples/mcp.

type params interface {
	GetMeta() map[string]any
	SetMeta(map[string]any)
}

type callParams struct {
	Meta map[string]any
	Name string
}

func (p *callParams) GetMeta() map[string]any  { return p.Meta }
func (p *callParams) SetMeta(m map[string]any) { p.Meta = m }

// valueParams are not a pointer: they cannot be copied and changed.
type valueParams map[string]any

func (p valueParams) GetMeta() map[string]any { return p }
func (p valueParams) SetMeta(map[string]any)  { panic("the caller's params are changed") }

type session interface{ ID() string }

type sessionID string

func (s sessionID) ID() string { return string(s) }

type request interface {
	GetParams() params
	GetSession() session
}

type callRequest struct {
	Params  params
	Session session
}

func (r *callRequest) GetParams() params   { return r.Params }
func (r *callRequest) GetSession() session { return r.Session }

// sealedRequest hides its params.
type sealedRequest struct{ callRequest *callRequest }

func (r sealedRequest) GetParams() params   { return r.callRequest.Params }
func (r sealedRequest) GetSession() session { return r.callRequest.Session }

type handler func(ctx context.Context, method string, req request) (any, error)

type callResult struct{ IsError bool }

type wireError struct {
	Code    int64
	Message string
}

func (e *wireError) Error() string { return e.Message }

func TestMiddleware_NeverBreaksACall(t *testing.T) {
	tests := []struct {
		name      string
		req       request
		wantTool  any
		wantTrace bool
	}{
		{"params of a call", &callRequest{Params: &callParams{Name: "search"}, Session: sessionID("s1")}, "search", true},
		{"no params", &callRequest{Session: sessionID("s1")}, nil, false},
		{"nil params of a type", &callRequest{Params: (*callParams)(nil), Session: sessionID("s1")}, nil, false},
		{"no session", &callRequest{Params: &callParams{Name: "search"}}, "search", true},
		{"params that cannot be copied", &callRequest{Params: valueParams{"a": 1}}, nil, false},
		{"request that hides its params", sealedRequest{&callRequest{Params: &callParams{Name: "search"}}}, "search", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spans := tracetest.NewSpanRecorder()
			otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
			defer otel.SetTracerProvider(tracenoop.NewTracerProvider())

			var sent map[string]any
			next := handler(func(_ context.Context, method string, req request) (any, error) {
				require.Equal(t, "tools/call", method)
				if p, ok := req.GetParams().(*callParams); ok && p != nil {
					sent = p.Meta
				}
				return "done", nil
			})
			result, err := otelmcp.SendAttribution(next)(t.Context(), "tools/call", tt.req)
			require.NoError(t, err)
			require.Equal(t, "done", result)
			require.Equal(t, tt.wantTrace, sent["traceparent"] != nil)

			_, err = otelmcp.ReceiveAttribution(next)(t.Context(), "tools/call", tt.req)
			require.NoError(t, err)
			require.Len(t, spans.Ended(), 2)
			for _, s := range spans.Ended() {
				var tool any
				for _, kv := range s.Attributes() {
					if kv.Key == "gen_ai.tool.name" {
						tool = kv.Value.AsInterface()
					}
				}
				require.Equal(t, tt.wantTool, tool)
			}
		})
	}
}

func TestMiddleware_AnswersAreReturnedAsTheyCame(t *testing.T) {
	boom := &wireError{Code: -32000, Message: "boom"}
	for name, answer := range map[string]struct {
		result any
		err    error
	}{
		"result":                  {&callResult{}, nil},
		"result of a failed tool": {&callResult{IsError: true}, nil},
		"nil result":              {nil, nil},
		"error of the protocol":   {nil, boom},
		"any other error":         {nil, errors.New("connection reset")},
	} {
		t.Run(name, func(t *testing.T) {
			next := handler(func(context.Context, string, request) (any, error) { return answer.result, answer.err })
			for _, traced := range []handler{otelmcp.Send(next), otelmcp.Receive(next)} {
				result, err := traced(t.Context(), "tools/call", &callRequest{Params: &callParams{Name: "search"}})
				require.Equal(t, answer.result, result)
				require.Equal(t, answer.err, err)
			}
		})
	}
}
