package otelgenai

import (
	"io"
	"net/http"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// outgoingBodies observes the bodies that are sent for one call: the request's
// own, and those that GetBody gives when the transport has to send it again. The
// transport may continue to read after it has answered, and after the call is
// recorded, so it lives on its own.
type outgoingBodies struct {
	kind        requestKind
	contentType string
	getBody     func() (io.ReadCloser, error) // the request's own; nil where there is none
	own         *sentBody                     // of the request's own body

	mu     sync.Mutex
	call   *call         // nil once the scan is taken
	scan   *requestScan  // nil before a body is sent, and once it is taken
	req    genai.Request // what it reads
	reader *sentBody     // whose bytes it scans
	whole  bool          // that has been read to its end
}

// sent is the body to send: with a WriteTo where the one that it reads has one.
func (b *sentBody) sent() io.ReadCloser {
	if _, ok := b.inner.(io.WriterTo); ok {
		return sentBodyWriterTo{b}
	}
	return b
}

// again is the request's GetBody. What that returns is not looked at before it
// is sent: it may be the very reader that is being sent, set back to its start.
func (o *outgoingBodies) again() (io.ReadCloser, error) {
	body, err := o.getBody()
	if err != nil || body == nil || body == http.NoBody {
		return body, err
	}
	return (&sentBody{inner: body, of: o}).sent(), nil
}

// passed takes in bytes of a body that are being sent, and its end. The body
// that began last counts: one before it was given up.
func (o *outgoingBodies) passed(b *sentBody, p []byte, end bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.call == nil || b.givenUp {
		return
	}
	if o.reader != b {
		if len(p) == 0 {
			return
		}
		o.begin(b)
	}
	if o.scan != nil {
		_, _ = o.scan.Write(p)
	}
	o.whole = o.whole || end
}

// begin begins to scan another body. The caller holds the lock.
func (o *outgoingBodies) begin(b *sentBody) {
	if o.reader != nil {
		o.reader.givenUp = true
		o.discard()
	}
	o.reader, o.whole = b, false
	o.req = o.call.addressed()
	o.scan = o.call.newRequestScan(o.kind, o.contentType, &o.req)
}

// discard forgets what was scanned. The caller holds the lock.
func (o *outgoingBodies) discard() {
	if o.scan != nil {
		o.scan.release()
		o.scan = nil
	}
}

// prompted says whether what was sent so far is the body of an LLM call.
func (o *outgoingBodies) prompted() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.scan != nil && o.scan.prompt.found()
}

// answered hands over what the call asks for when the answer begins. A body that
// the vendor answers before its end has been sent is scanned further.
func (o *outgoingBodies) answered() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.whole {
		o.take()
	} else if o.scan != nil {
		o.call.req.Stream = o.req.Stream
	}
}

// end hands over what was scanned; bodies that are still being sent pass
// unobserved.
func (o *outgoingBodies) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.take()
}

// take hands over what was scanned. The caller holds the lock.
func (o *outgoingBodies) take() {
	if o.call == nil {
		return
	}
	if o.scan != nil {
		o.call.asked = o.scan.said
		o.discard()
		o.req.Stream = o.req.Stream || o.call.req.Stream // the answer has shown it
		o.call.req = o.req
	}
	o.call, o.reader = nil, nil
}

// sentBody is a body of a request that is scanned while it is read.
type sentBody struct {
	inner   io.ReadCloser
	of      *outgoingBodies
	givenUp bool // under the lock of of

	head []byte // has been read, and scanned, for a guard; see readAhead
	err  error  // that followed it
}

var _ io.ReadCloser = &sentBody{}

func (b *sentBody) Read(p []byte) (int, error) {
	if len(b.head) > 0 {
		n := copy(p, b.head)
		b.head = b.head[n:]
		return n, nil
	}
	if b.err != nil {
		return 0, b.err
	}
	return b.read(p)
}

// read reads from the body itself.
func (b *sentBody) read(p []byte) (int, error) {
	n, err := b.inner.Read(p)
	if n > 0 || err == io.EOF {
		b.of.passed(b, p[:max(0, min(n, len(p)))], err == io.EOF)
	}
	return n, err
}

func (b *sentBody) Close() error { return b.inner.Close() }

// sentBodyWriterTo is one of a body that has a WriteTo.
type sentBodyWriterTo struct{ *sentBody }

var _ io.WriterTo = sentBodyWriterTo{}

// WriteTo has the body write itself, in the pieces in which it would.
func (b sentBodyWriterTo) WriteTo(w io.Writer) (n int64, err error) {
	if len(b.head) > 0 {
		written, err := w.Write(b.head)
		b.head = b.head[written:]
		if err != nil {
			return int64(written), err
		}
		n = int64(written)
	}
	switch b.err {
	case nil:
	case io.EOF:
		return n, nil
	default:
		return n, b.err
	}
	rest, err := b.inner.(io.WriterTo).WriteTo(&sentPieces{w, b.sentBody})
	if err == nil {
		b.of.passed(b.sentBody, nil, true)
	}
	return n + rest, err
}

// sentPieces takes in what a body writes.
type sentPieces struct {
	io.Writer
	from *sentBody
}

func (s *sentPieces) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	if n > 0 {
		s.from.of.passed(s.from, p[:min(n, len(p))], false)
	}
	return n, err
}

// readAhead reads on until the body has named the model, and keeps what it has
// read to be sent. It is the one exception from the rule that bodies are not
// read ahead, made for guards that ask for the model of a call whose body is
// not in memory; they would decide on less than they asked for otherwise.
func (o *outgoingBodies) readAhead() string {
	b := o.own
	named := o.call.addressed().Model // which the body may say otherwise
	for b.err == nil && (named != "" || o.model() == "") {
		chunk := make([]byte, 4<<10)
		n, err := b.read(chunk)
		b.head = append(b.head, chunk[:n]...)
		b.err = err
	}
	if m := o.model(); m != "" {
		return m
	}
	return named
}

// model is the one that was read so far.
func (o *outgoingBodies) model() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.req.Model
}
