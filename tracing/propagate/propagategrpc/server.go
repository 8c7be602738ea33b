package propagategrpc

import (
	"context"

	"google.golang.org/grpc"
)

// ServerOptions makes a server continue the runs of its callers. Only servers
// that the user's own services alone can call may use it: anyone who calls decides
// who pays.
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
