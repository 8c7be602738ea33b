package propagategrpc

import (
	"context"

	"google.golang.org/grpc"
)

// ServerOptions returns options for a server that continues the runs of its callers.
// Use them only for a server that only your own services can call, because the caller
// decides who pays.
func ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(unaryServer),
		grpc.ChainStreamInterceptor(streamServer),
	}
}

func unaryServer(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	return handle(extract(ctx), req)
}

func streamServer(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	return handle(srv, serverStream{ServerStream: stream, ctx: extract(stream.Context())})
}

// serverStream is a stream whose context continues the caller's run.
type serverStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s serverStream) Context() context.Context { return s.ctx }
