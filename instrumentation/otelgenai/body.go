package otelgenai

import (
	"io"
	"runtime"
	"sync"
)

// body is a response's body. The bytes of a stream are looked at, and the call
// is recorded, after the caller has them. A whole answer is of no use before its
// end has been read, and is looked at as it passes.
type body struct {
	inner io.ReadCloser

	mu      sync.Mutex // guards what follows: Close may come while Read waits
	reading *reading   // nil once the call is recorded
}

var _ io.ReadCloser = &body{}

// reading is how far the caller has come with a body. It has the finalizer, since
// it does not refer to the body: that of a chunked response of net/http refers to
// the response, and so to what wraps it, and no finalizer runs in a cycle. A
// cleanup of the body would take four times as long, and so would a finalizer
// that is set for each call.
type reading struct {
	call *call // nil while no body has it
	end  error // came with the last bytes; for the next Read to return
}

// readings holds those whose call is recorded, with their finalizers.
var readings = sync.Pool{New: func() any {
	r := &reading{}
	runtime.SetFinalizer(r, (*reading).dropped)
	return r
}}

// newBody wraps a response's body. A caller that drops it without reading it to
// its end or closing it leaves the call to the garbage collector.
func newBody(inner io.ReadCloser, c *call) *body {
	r := readings.Get().(*reading)
	r.call = c
	return &body{inner: inner, reading: r}
}

// Read reads from the response. What an earlier Read of a stream returned is
// looked at now, while the next bytes are on their way. An error that comes
// with bytes of a stream is kept for the next Read, so that the bytes need not
// wait until the call is recorded.
func (b *body) Read(p []byte) (int, error) {
	if err := b.catchUp(); err != nil {
		return 0, err
	}
	n, err := b.inner.Read(p)
	if n > 0 || err != nil {
		err = b.received(p[:max(n, 0)], err)
	}
	return n, err
}

// Close ends the call, then closes the response's body, which may block.
func (b *body) Close() error {
	b.closed()
	return b.inner.Close()
}

// catchUp looks at what the caller has been handed, and returns the error that
// came with it.
func (b *body) catchUp() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reading == nil {
		return nil
	}
	if err := b.reading.end; err != nil {
		b.finish(err)
		return err
	}
	b.reading.call.in.flush()
	return nil
}

// received takes in what a Read of the response's body has returned, and
// returns the error for the caller.
func (b *body) received(p []byte, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reading == nil {
		return err
	}
	c := b.reading.call
	if len(p) > 0 {
		c.in.receive(p)
	}
	switch {
	case err == nil:
		return nil
	case len(p) > 0 && c.in.stream:
		c.stop()
		b.reading.end = err
		return nil
	default:
		b.finish(err)
		return err
	}
}

// closed ends a call whose caller wants no more of the body.
func (b *body) closed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reading != nil {
		b.finish(b.reading.end)
	}
}

// finish records the call; err is the one that ended the body, or nil where the
// caller did. The caller holds the lock.
func (b *body) finish(err error) {
	r := b.reading
	b.reading = nil
	c := r.call
	*r = reading{}
	readings.Put(r)
	c.end(err)
}

// dropped ends a call whose answer the caller has dropped; a reading that the
// pool has dropped has none.
func (r *reading) dropped() {
	if c := r.call; c != nil {
		c.stopAtLastRead()
		c.end(r.end)
	}
}
