package guardedotlpreceiver

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/stats"

	"github.com/spanledger/spanledger/collector/internal/admission"
)

const (
	// readEach is how many requests of spans for each place are being read, or were read and
	// wait for the place. Others stay with their senders.
	readEach = 2
	// readTime is for how long a request that is read counts: slow senders do not delay
	// others for longer.
	readTime = 100 * time.Millisecond
	// unreadTime is for how long a request stays with its sender at most.
	unreadTime = 5 * time.Second

	// windowOfStream is how much of a request is sent before it is read: most requests as
	// a whole. gRPC would increase it as far as the network allows. windowOfConnection
	// bounds what is on its way on a connection.
	windowOfStream     = 256 << 10
	windowOfConnection = 16 << 20
)

// arrival is a request of spans until it is processed.
type arrival struct {
	gate  *admission.Gate
	held  atomic.Bool
	timer *time.Timer // nil if it did not enter the gate
}

// begin waits until the request may be read.
func (a *arrival) begin(ctx context.Context) {
	waiting, cancel := context.WithTimeout(ctx, unreadTime)
	defer cancel()
	if a.gate.EnterUntil(waiting) == nil {
		a.held.Store(true)
		a.timer = time.AfterFunc(readTime, a.free)
	}
}

// complete is called when the request was read: it may wait for as long as it takes.
func (a *arrival) complete() {
	if a.timer != nil {
		a.timer.Stop()
	}
}

// leave lets another request be read.
func (a *arrival) leave() {
	a.complete()
	a.free()
}

func (a *arrival) free() {
	if a.held.Swap(false) {
		a.gate.Leave()
	}
}

// arrivals lets requests of spans over gRPC wait before they are read. Their beginning is
// reported in the goroutine that then reads them.
type arrivals struct{ gate *admission.Gate }

var _ stats.Handler = arrivals{}

// spansMethod is where requests of spans are sent to.
const spansMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

type arrivalKey struct{}

// arrivalIn returns the arrival of a request of spans.
func arrivalIn(ctx context.Context) (a *arrival, ok bool) {
	a, ok = ctx.Value(arrivalKey{}).(*arrival)
	return a, ok
}

// TagRPC implements stats.Handler.
func (a arrivals) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if info.FullMethodName != spansMethod {
		return ctx
	}
	return context.WithValue(ctx, arrivalKey{}, &arrival{gate: a.gate})
}

// HandleRPC implements stats.Handler.
func (arrivals) HandleRPC(ctx context.Context, event stats.RPCStats) {
	a, ok := arrivalIn(ctx)
	if !ok {
		return
	}
	switch event.(type) {
	case *stats.Begin:
		a.begin(ctx)
	case *stats.End:
		a.leave()
	}
}

// TagConn implements stats.Handler.
func (arrivals) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (arrivals) HandleConn(context.Context, stats.ConnStats) {}
