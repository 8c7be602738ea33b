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
	*reading
}

var _ io.ReadCloser = &body{}

// reading is how far the caller has come with a body. It has the finalizer, since
// it does not refer to the body: that of a chunked response of net/http refers to
// the response, and so to what wraps it, and no finalizer runs in a cycle. A
// cleanup of the body would take four times as long.
type reading struct {
	mu   sync.Mutex // guards what follows: Close may come while Read waits
	call *call      // nil once it is recorded
	end  error      // came with the last bytes; for the next Read to return
}

// newBody wraps a response's body. A caller that drops it without reading it to
// its end or closing it leaves the call to the garbage collector.
func newBody(inner io.ReadCloser, c *call) *body {
	b := &body{inner, &reading{call: c}}
	runtime.SetFinalizer(b.reading, (*reading).dropped)
	return b
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
func (r *reading) catchUp() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call == nil {
		return nil
	}
	if err := r.end; err != nil {
		r.finish(err)
		return err
	}
	r.call.in.flush()
	return nil
}

// received takes in what a Read of the response's body has returned, and
// returns the error for the caller.
func (r *reading) received(p []byte, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call == nil {
		return err
	}
	if len(p) > 0 {
		r.call.in.receive(p)
	}
	switch {
	case err == nil:
		return nil
	case len(p) > 0 && r.call.in.stream:
		r.call.stop()
		r.end = err
		return nil
	default:
		r.finish(err)
		return err
	}
}

// closed ends a call whose caller wants no more of the body.
func (r *reading) closed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call != nil {
		r.finish(r.end)
	}
}

// dropped ends a call whose answer the caller has dropped.
func (r *reading) dropped() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call != nil {
		r.call.stopAtLastRead()
		r.finish(r.end)
	}
}

// finish records the call; err is the one that ended the body, or nil where the
// caller did. The caller holds the lock.
func (r *reading) finish(err error) {
	c := r.call
	r.call = nil
	runtime.SetFinalizer(r, nil)
	c.end(err)
}
