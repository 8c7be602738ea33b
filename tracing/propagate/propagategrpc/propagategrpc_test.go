package propagategrpc_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/propagate/propagategrpc"
)

// healthAgent answers health checks by running an agent.
type healthAgent struct {
	grpc_health_v1.UnimplementedHealthServer
	t    *testing.T
	opts []tracing.AgentOption
}

func (h healthAgent) run(ctx context.Context) *grpc_health_v1.HealthCheckResponse {
	_, agent := tracing.StartAgent(ctx, "remote", h.opts...)
	agent.End(nil)
	if got := tracing.AttributionFrom(ctx); got.User != "u-4711" || got.Tags["tenant"] != "acme" {
		h.t.Errorf("attribution at the other side: %+v", got)
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if got := md.Get("authorization"); len(got) != 1 || got[0] != "Bearer x" {
		h.t.Errorf("the caller's own metadata: %q", got)
	}
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}
}

func (h healthAgent) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return h.run(ctx), nil
}

func (h healthAgent) Watch(_ *grpc_health_v1.HealthCheckRequest, stream grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	return stream.Send(h.run(stream.Context()))
}

func TestPropagate_AgentInAnotherServiceIsPartOfTheRun(t *testing.T) {
	tests := []struct {
		name string
		call func(ctx context.Context, c grpc_health_v1.HealthClient) error
	}{
		{"unary call", func(ctx context.Context, c grpc_health_v1.HealthClient) error {
			_, err := c.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
			return err
		}},
		{"stream", func(ctx context.Context, c grpc_health_v1.HealthClient) error {
			stream, err := c.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
			if err != nil {
				return err
			}
			_, err = stream.Recv()
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spans := tracetest.NewSpanRecorder()
			use := tracing.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
			server := grpc.NewServer(propagategrpc.ServerOptions()...)
			grpc_health_v1.RegisterHealthServer(server, healthAgent{t: t, opts: []tracing.AgentOption{use}})
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go func() { _ = server.Serve(listener) }()
			defer server.Stop()
			conn, err := grpc.NewClient(listener.Addr().String(),
				append(propagategrpc.DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))...)
			require.NoError(t, err)
			defer conn.Close()

			ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-4711", Tags: map[string]string{"tenant": "acme"}})
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer x")
			ctx, local := tracing.StartAgent(ctx, "local", use)
			require.NoError(t, tt.call(ctx, grpc_health_v1.NewHealthClient(conn)))
			local.End(nil)

			ended := spans.Ended()
			require.Len(t, ended, 2)
			require.Equal(t, "invoke_agent remote", ended[0].Name())
			require.Equal(t, local.SpanContext().SpanID(), ended[0].Parent().SpanID())
			require.True(t, ended[0].Parent().IsRemote())
		})
	}
}
