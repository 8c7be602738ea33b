// Package propagategrpc carries a run across gRPC between services of the
// user's own: the trace, the baggage and the attribution, as
// [tracing.Propagator] writes them, in the metadata of the call.
//
//	conn, err := grpc.NewClient(target, propagategrpc.DialOptions()...)
//
//	server := grpc.NewServer(propagategrpc.ServerOptions()...)
//
// The interceptors make no spans of their own; otelgrpc with
// otelgrpc.WithPropagators(tracing.Propagator()) serves where the calls are to
// be traced too.
package propagategrpc
