package mcp_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/otelmcp"
)

// pair is a client and a server, both traced.
type pair struct {
	spans   *tracetest.SpanRecorder
	metrics *sdkmetric.ManualReader
	session *mcp.ClientSession
	seen    chan tracing.Attribution // by the tool
}

type connect func(t *testing.T, server *mcp.Server) mcp.Transport

func inMemory(t *testing.T, server *mcp.Server) mcp.Transport {
	there, here := mcp.NewInMemoryTransports()
	serving, err := server.Connect(t.Context(), there, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = serving.Wait() })
	return here
}

func overHTTP(t *testing.T, server *mcp.Server) mcp.Transport {
	web := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil))
	t.Cleanup(web.Close)
	return &mcp.StreamableClientTransport{Endpoint: web.URL, DisableStandaloneSSE: true}
}

func newPair(t *testing.T, send, receive mcp.Middleware, connect connect) *pair {
	t.Helper()
	p := &pair{
		spans: tracetest.NewSpanRecorder(), metrics: sdkmetric.NewManualReader(),
		seen: make(chan tracing.Attribution, 100),
	}
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p.spans)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.metrics)))
	t.Cleanup(func() {
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
	})
	server := mcp.NewServer(&mcp.Implementation{Name: "server", Version: "1"}, nil)
	server.AddReceivingMiddleware(receive)
	mcp.AddTool(server, &mcp.Tool{Name: "forecast"},
		func(ctx context.Context, _ *mcp.CallToolRequest, in weatherIn) (*mcp.CallToolResult, weatherOut, error) {
			p.seen <- tracing.AttributionFrom(ctx)
			if in.City == "Atlantis" {
				return nil, weatherOut{}, errors.New("no such city")
			}
			return nil, weatherOut{Degrees: 21}, nil
		})
	server.AddPrompt(&mcp.Prompt{Name: "greet"}, func(context.Context, *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return &mcp.GetPromptResult{}, nil
	})
	server.AddResource(&mcp.Resource{URI: "file:///a", Name: "a"}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: "file:///a", Text: "x"}}}, nil
	})
	client := mcp.NewClient(&mcp.Implementation{Name: "client", Version: "1"}, nil)
	client.AddSendingMiddleware(send)
	session, err := client.Connect(t.Context(), connect(t, server), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	p.session = session
	p.spans.Reset()
	return p
}

// of returns the one span of a name and kind.
func (p *pair) of(t *testing.T, name string, kind trace.SpanKind) sdktrace.ReadOnlySpan {
	t.Helper()
	var found []sdktrace.ReadOnlySpan
	var names []string
	for _, s := range p.spans.Ended() {
		names = append(names, s.Name()+" "+s.SpanKind().String())
		if s.Name() == name && s.SpanKind() == kind {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, "%s %s among %q", name, kind, names)
	return found[0]
}

func value(s sdktrace.ReadOnlySpan, key attribute.Key) any {
	for _, kv := range s.Attributes() {
		if kv.Key == key {
			return kv.Value.AsInterface()
		}
	}
	return nil
}

func forecast(city string) *mcp.CallToolParams {
	return &mcp.CallToolParams{Name: "forecast", Arguments: weatherIn{City: city}}
}

func TestMCP_ToolCallIsOneTraceOnBothSides(t *testing.T) {
	for name, connect := range map[string]connect{"in memory": inMemory, "over HTTP": overHTTP} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, otelmcp.Send, otelmcp.Receive, connect)
			ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-4711"})
			ctx, agent := tracing.StartAgent(ctx, "travel")
			_, err := p.session.CallTool(ctx, forecast("Lisbon"))
			require.NoError(t, err)
			agent.End(nil)

			sent := p.of(t, "tools/call forecast", trace.SpanKindClient)
			got := p.of(t, "tools/call forecast", trace.SpanKindServer)
			require.Equal(t, agent.SpanContext().SpanID(), sent.Parent().SpanID())
			require.Equal(t, sent.SpanContext().SpanID(), got.Parent().SpanID())
			require.True(t, got.Parent().IsRemote())
			for _, s := range []sdktrace.ReadOnlySpan{sent, got} {
				require.Equal(t, codes.Unset, s.Status().Code)
				require.Equal(t, "tools/call", value(s, "mcp.method.name"))
				require.Equal(t, "execute_tool", value(s, "gen_ai.operation.name"))
				require.Equal(t, "forecast", value(s, "gen_ai.tool.name"))
				require.Equal(t, "tool", value(s, "spanledger.role"))
			}
			require.NotEmpty(t, value(got, "mcp.protocol.version"))
			require.Zero(t, <-p.seen, "attribution is not sent unless asked for")
		})
	}
}

func TestMCP_AttributionIsCarriedOnlyWhenBothSidesAgree(t *testing.T) {
	var send, sendAll, receive, receiveAll mcp.Middleware = otelmcp.Send, otelmcp.SendAttribution, otelmcp.Receive, otelmcp.ReceiveAttribution
	tests := []struct {
		name          string
		send, receive mcp.Middleware
		want          string
	}{
		{"sent and believed", sendAll, receiveAll, "u-4711"},
		{"sent and not believed", sendAll, receive, ""},
		{"not sent", send, receiveAll, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPair(t, tt.send, tt.receive, inMemory)
			ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-4711"})
			_, err := p.session.CallTool(ctx, forecast("Lisbon"))
			require.NoError(t, err)
			require.Equal(t, tt.want, (<-p.seen).User)
		})
	}
}

func TestMCP_ToolAroundTheCallIsNotTracedTwice(t *testing.T) {
	p := newPair(t, otelmcp.Send, otelmcp.Receive, inMemory)
	ctx, tool := tracing.StartTool(t.Context(), "forecast")
	_, err := p.session.CallTool(ctx, forecast("Atlantis"))
	require.NoError(t, err)
	tool.End(nil)

	outer := p.of(t, "execute_tool forecast", trace.SpanKindInternal)
	got := p.of(t, "tools/call forecast", trace.SpanKindServer)
	require.Len(t, p.spans.Ended(), 2)
	require.Equal(t, outer.SpanContext().SpanID(), got.Parent().SpanID())
	require.Equal(t, "tools/call", value(outer, "mcp.method.name"))
	require.Equal(t, "tool_error", value(outer, "error.type"))
}

func TestMCP_FailuresAreRecorded(t *testing.T) {
	tests := []struct {
		name       string
		call       func(ctx context.Context, s *mcp.ClientSession) error
		span       string
		clientType any
		serverType any
		code       any
	}{
		{"error the tool reports itself", func(ctx context.Context, s *mcp.ClientSession) error {
			_, err := s.CallTool(ctx, forecast("Atlantis"))
			return err
		}, "tools/call forecast", "tool_error", "tool_error", nil},
		{"unknown prompt, the sender's mistake", func(ctx context.Context, s *mcp.ClientSession) error {
			_, err := s.GetPrompt(ctx, &mcp.GetPromptParams{Name: "nope"})
			return errors.Join(errors.New("expected"), err)
		}, "prompts/get nope", "-32602", nil, "-32602"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPair(t, otelmcp.Send, otelmcp.Receive, inMemory)
			_ = tt.call(t.Context(), p.session)
			sent := p.of(t, tt.span, trace.SpanKindClient)
			got := p.of(t, tt.span, trace.SpanKindServer)
			require.Equal(t, tt.clientType, value(sent, "error.type"))
			require.Equal(t, codes.Error, sent.Status().Code)
			require.Equal(t, tt.serverType, value(got, "error.type"))
			require.Equal(t, tt.code, value(sent, "rpc.response.status_code"))
			require.Equal(t, tt.code, value(got, "rpc.response.status_code"))
		})
	}
}

func TestMCP_OtherMessagesAreNamed(t *testing.T) {
	p := newPair(t, otelmcp.Send, otelmcp.Receive, inMemory)
	_, err := p.session.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: "greet"})
	require.NoError(t, err)
	_, err = p.session.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "file:///a"})
	require.NoError(t, err)
	require.NoError(t, p.session.Ping(t.Context(), nil))
	_, err = p.session.ListTools(t.Context(), nil)
	require.NoError(t, err)

	prompt := p.of(t, "prompts/get greet", trace.SpanKindServer)
	require.Equal(t, "greet", value(prompt, "gen_ai.prompt.name"))
	require.Equal(t, "mcp", value(prompt, "spanledger.role"))
	require.Nil(t, value(prompt, "gen_ai.operation.name"))
	require.Equal(t, "file:///a", value(p.of(t, "resources/read", trace.SpanKindServer), "mcp.resource.uri"))
	p.of(t, "ping", trace.SpanKindClient)
	p.of(t, "tools/list", trace.SpanKindClient)
}

func TestMCP_ParamsOfTheCallerAreNotChanged(t *testing.T) {
	p := newPair(t, otelmcp.Send, otelmcp.Receive, inMemory)
	params := forecast("Lisbon")
	params.Meta = mcp.Meta{"mine": "kept"}
	for range 2 {
		_, err := p.session.CallTool(t.Context(), params)
		require.NoError(t, err)
	}
	require.NotContains(t, params.Meta, "traceparent")
	require.Equal(t, "kept", params.Meta["mine"])

	parents := make(map[trace.SpanID]bool)
	for _, s := range p.spans.Ended() {
		if s.SpanKind() == trace.SpanKindServer {
			parents[s.Parent().SpanID()] = true
		}
	}
	require.Len(t, parents, 2, "each call has its own parent")
}

func TestMCP_DurationsAreRecordedOnBothSides(t *testing.T) {
	p := newPair(t, otelmcp.Send, otelmcp.Receive, inMemory)
	_, err := p.session.CallTool(t.Context(), forecast("Lisbon"))
	require.NoError(t, err)
	var rm metricdata.ResourceMetrics
	require.NoError(t, p.metrics.Collect(t.Context(), &rm))
	counts := make(map[string]uint64)
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			h, ok := m.Data.(metricdata.Histogram[float64])
			if !ok {
				continue
			}
			for _, point := range h.DataPoints {
				if v, _ := point.Attributes.Value("mcp.method.name"); v.AsString() == "tools/call" {
					counts[m.Name] += point.Count
					require.Equal(t, []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300}, point.Bounds)
				}
			}
		}
	}
	require.Equal(t, map[string]uint64{"mcp.client.operation.duration": 1, "mcp.server.operation.duration": 1}, counts)
}
