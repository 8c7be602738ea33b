// Package propagategrpc continues a run in another service of your own, over gRPC. It
// sends the trace, the baggage and the attribution in the metadata of a call, with
// [tracing.Propagator].
//
//	conn, err := grpc.NewClient(target, propagategrpc.DialOptions()...)
//
//	server := grpc.NewServer(propagategrpc.ServerOptions()...)
//
// The interceptors make no spans. To trace the calls too, use otelgrpc with
// otelgrpc.WithPropagators(tracing.Propagator()) instead.
package propagategrpc
