package otelgenai

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// call is one LLM call on its way: from the request until the response's body
// is read to its end, closed or broken. One goroutine at a time has it, that of
// RoundTrip until the body is handed out, then the one that holds the body's
// lock; once recorded it is used for another call.
type call struct {
	callState // of this call
	reusable  // of the one before
}

type callState struct {
	target
	t         *Transport
	caller    context.Context // the caller's
	ctx       context.Context // the same with the call's span
	recordCtx context.Context // the same, for measurements and records: one made with a cancelled context is dropped
	span      trace.Span
	atStart   [3]trace.SpanStartOption // of span; here, where they need no memory of their own
	atEnd     [1]trace.SpanEndOption
	start     time.Time
	ended     time.Time // where that was known before it is recorded
	host      string    // server.address
	port      int
	attrs     []attribute.KeyValue // of the context: who the call is for
	header    http.Header          // of the response

	req      genai.Request
	resp     genai.Response
	rejected error                // by the attribution policy or an guard
	guarded  []attribute.KeyValue // what guards say of the call
	sending  *outgoingBodies      // scans the request while it is sent; nil where that is not needed
	inPlace  bool                 // the request's body was scanned in memory
	prompted bool                 // it names a model and has a prompt; asked of unlisted hosts alone
	asked    *transcript          // the body of the request; nil unless content is recorded
	caught   *http.Request        // in Transport.inFlight
	cancel   <-chan struct{}      // of the request: the deprecated way to cancel it

	in *responseDecoder // reads the response; nil before there is one

	status     int
	attempt    int
	batched    bool          // read of the results of a batch
	batch      string        // the vendor's name of that
	firstChunk time.Duration // after start, 0 = none yet
	lastChunk  time.Duration // after start
	aborted    bool
	cached     bool // a gateway has answered from its cache
	errorType  string
	err        error // that the caller got, where it made the call fail
}

// reusable holds what a call leaves to the next that is made with its memory,
// which is likely to be of the same.
type reusable struct {
	to      *destination
	series  *series
	one     attribute.KeyValue // a finish reason, where there was one
	oneText string             // that reason
}

// withoutCancelCtx is a context with the values of another, as
// [context.WithoutCancel] makes them, whose own allocates at every look.
type withoutCancelCtx struct{ of context.Context }

func (*withoutCancelCtx) Deadline() (deadline time.Time, ok bool) { return }

func (*withoutCancelCtx) Done() <-chan struct{} { return nil }

func (*withoutCancelCtx) Err() error { return nil }

func (u *withoutCancelCtx) Value(key any) any { return u.of.Value(key) }

// calls holds those which are recorded, for use by others.
var calls = sync.Pool{New: func() any { return new(call) }}

// begin starts the span, unless it takes the body on its way to tell whether
// the request is an LLM call; nil where it is none. Nothing it does can fail the
// call.
func (t *Transport) begin(req *http.Request, to target) *call {
	ctx := req.Context()
	c := calls.Get().(*call)
	c.target, c.t, c.start = to, t, time.Now()
	c.caller, c.ctx = ctx, ctx
	c.req.Model, c.req.Stream = to.model, to.api.Streams // as addressed has them, without moving all of it
	c.observeRequest(req)
	if to.unlisted && c.sending == nil && !c.prompted {
		c.forget()
		return nil
	}
	var port string
	c.host, port = splitHost(req.URL.Host)
	c.port = portOf(port, req.URL.Scheme)
	c.cancel = req.Cancel //nolint:staticcheck // http.Client sets it when its Timeout has passed
	if to.api.Results != nil {
		c.resp.ID = to.api.Results.Batch(req.URL.Path)
	}
	if n, ok := number(header(req.Header, "X-Stainless-Retry-Count")); ok {
		c.attempt = int(n)
	}
	c.attrs, c.rejected = t.attribute(ctx, req)
	if to.unlisted && c.sending != nil {
		c.rejected = nil // it may be no LLM call
		return c
	}
	if c.rejected == nil && len(t.cfg.guards) > 0 {
		c.askGuards(ctx)
	}
	c.startSpan()
	return c
}

func (c *call) startSpan() {
	if isInference(c.api.Operation) {
		instrument.CountInference(c.caller)
	}
	c.ctx, c.span = c.t.tel.start(c.caller, c)
	c.recordCtx = &withoutCancelCtx{c.ctx}
}

// confirm says whether what was sent is an LLM call, starts its span where it
// had to wait for that, and forgets what is none.
func (c *call) confirm() bool {
	if c.span != nil {
		return true
	}
	if !c.sending.prompted() {
		c.sending.end()
		c.forget()
		return false
	}
	c.startSpan()
	return true
}

// forget gives away a call that is none.
func (c *call) forget() {
	if c.caught != nil {
		c.t.inFlight.Delete(c.caught)
	}
	c.callState = callState{} // in place: a new call would be copied
	calls.Put(c)
}

// addressed holds the parts of the call that the address names.
func (c *call) addressed() genai.Request {
	return genai.Request{Model: c.model, Stream: c.api.Streams}
}

// outgoing is the request as it is sent: the caller's own with the span in its
// context, and bodies that are scanned while they are sent where the caller's
// own was not scanned in memory.
func (c *call) outgoing(req *http.Request) *http.Request {
	sent := req.WithContext(c.ctx)
	if c.sending != nil {
		sent.Body = c.sending.own.sent()
		if req.GetBody != nil {
			sent.GetBody = c.sending.again
		}
	}
	c.askForUsage(sent)
	if p := c.t.cfg.propagators; p != nil && c.span != nil {
		sent.Header = req.Header.Clone()
		p.Inject(c.ctx, propagation.HeaderCarrier(sent.Header))
	}
	return sent
}

// failed ends a call that has no response.
func (c *call) failed(err error) {
	c.fail(err)
	c.record()
}

// fail records why the call did not go well. A call that its caller cancels
// while the answer is read is aborted, not failed.
func (c *call) fail(err error) {
	answered := c.in != nil
	c.aborted = answered
	kind := c.kindOfError(err)
	if answered && kind == errorCanceled {
		return
	}
	c.errorType, c.err = kind, err
}

// answered takes in the head of the response and wraps its body.
func (c *call) answered(resp *http.Response) {
	if c.sending != nil {
		c.sending.answered()
	}
	c.status = resp.StatusCode
	c.header = resp.Header
	if c.provider.ReadHeaders != nil {
		c.provider.ReadHeaders(resp.Header, &c.resp)
	}
	if resp.StatusCode >= 400 {
		c.errorType = first(errorCode(header(resp.Header, c.provider.Headers.Error)), strconv.Itoa(resp.StatusCode))
	}
	if resp.StatusCode == http.StatusSwitchingProtocols || resp.Body == nil || resp.Body == http.NoBody {
		c.record()
		return
	}
	c.in = c.newDecoder(resp)
	c.in.arrival = time.Since(c.start)
	resp.Body = newBody(resp.Body, c)
}

// stop says that nothing more will come, now.
func (c *call) stop() { c.ended = c.start.Add(time.Since(c.start)) }

// stopAtLastRead says that nothing has come since the last Read of a stream, or
// since the head of a whole answer.
func (c *call) stopAtLastRead() {
	if c.ended.IsZero() && c.in.arrival > 0 {
		c.ended = c.start.Add(c.in.arrival)
	}
}

// end ends a call whose response was read until err, io.EOF included, or which
// its caller has closed, where err is nil.
func (c *call) end(err error) {
	c.in.drain()
	switch {
	case err == nil:
		if !c.in.complete() {
			c.aborted = true
			if err := c.ctx.Err(); err != nil {
				c.fail(err)
			}
		}
	case !isEOF(err):
		c.fail(err)
	case c.in.stream && !c.in.complete():
		c.aborted = true
	}
	c.record()
}

// record records the call, ends its span and gives the call away: nothing may
// touch it afterwards.
func (c *call) record() {
	if c.ended.IsZero() {
		c.stop()
	}
	if c.caught != nil {
		c.t.inFlight.Delete(c.caught)
	}
	whole := c.emit()
	c.endSpan()
	if whole { // what a panic leaves behind is not used again
		room := c.resp.FinishReasons[:0]
		c.callState = callState{} // in place: a new call would be copied
		c.resp.FinishReasons = room
		calls.Put(c)
	}
}

// emit puts what is known of the call on its span, into metrics and into
// log records, and says whether it got through.
func (c *call) emit() (whole bool) {
	defer func() {
		if recover() != nil {
			c.t.tel.decodePanic()
		}
	}()
	if c.sending != nil {
		c.sending.end()
	}
	if c.in != nil {
		c.in.settle()
	}
	if c.api.Reconcile != nil && c.status < 400 && c.err == nil {
		c.api.Reconcile(&c.req, &c.resp)
	}
	if c.resp.ErrorCode != "" {
		c.errorType = c.resp.ErrorCode
	}
	if c.cached = c.in != nil && fromGatewayCache(c.header); c.cached {
		c.resp.Usage, c.resp.VendorCost, c.resp.AuxiliaryCalls, c.resp.Fetched = genai.Usage{}, "", nil, nil
	} else if c.in != nil && c.resp.VendorCost == "" {
		c.resp.VendorCost = gatewayCost(c.header)
	}
	c.estimate()
	said := c.readContent()
	c.t.tel.annotate(c, said)
	duration := c.ended.Sub(c.start)
	c.t.tel.measure(c, duration)
	c.t.tel.log(c, duration)
	c.t.tel.exception(c)
	c.t.tel.details(c, said)
	c.reportDerivedCalls()
	c.reportFetched()
	c.observe(duration)
	if c.in != nil {
		c.in.release()
	}
	return true
}

// isInference tells the operations that run a model for an answer from those
// with metrics of their own.
func isInference(operation string) bool {
	switch operation {
	case semconv.OperationChat, semconv.OperationGenerateContent, semconv.OperationTextCompletion:
		return true
	default:
		return false
	}
}

// portOf is the port of an address, the scheme's own where it names none.
func portOf(port, scheme string) int {
	if p, ok := number(port); ok {
		return int(p)
	}
	if scheme == "http" {
		return 80
	}
	return 443
}

func isEOF(err error) bool { return err == io.EOF } // as net/http compares it
