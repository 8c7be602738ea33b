package propagategrpc

import (
	"context"

	"google.golang.org/grpc"
)

// DialOptions returns options for a connection whose calls continue the run of their
// context. Use them only for connections to your own services.
func DialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithChainUnaryInterceptor(unaryClient),
		grpc.WithChainStreamInterceptor(streamClient),
	}
}

func unaryClient(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	return invoke(inject(ctx), method, req, reply, conn, opts...)
}

func streamClient(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string,
	stream grpc.Streamer, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return stream(inject(ctx), desc, conn, method, opts...)
}
