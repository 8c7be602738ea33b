package otelgenai

import (
	"io"
	"runtime"
	"sync"
)

// body is a response's body. The bytes of a stream are looked at, and the call
// is recorded, after the caller has them. A whole answer is of use to nobody
// before its end has been read, and is looked at as it passes.
type body struct {
	inner io.ReadCloser

	mu   sync.Mutex // guards what follows: Close may come while Read waits
	call *call      // nil once it is recorded
	end  error      // came with the last bytes; for the next Read to return
}

var _ io.ReadCloser = &body{}

// newBody wraps a response's body. A caller that drops it without reading it to
// its end or closing it leaves the call to the garbage collector.
func newBody(inner io.ReadCloser, c *call) *body {
	b := &body{inner: inner, call: c}
	runtime.SetFinalizer(b, (*body).dropped)
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
func (b *body) catchUp() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.call == nil {
		return nil
	}
	if err := b.end; err != nil {
		b.finish(err)
		return err
	}
	b.call.in.flush()
	return nil
}

// received takes in what a Read of the response's body has returned, and
// returns the error for the caller.
func (b *body) received(p []byte, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.call == nil {
		return err
	}
	if len(p) > 0 {
		b.call.in.receive(p)
	}
	switch {
	case err == nil:
		return nil
	case len(p) > 0 && b.call.in.stream:
		b.call.stop()
		b.end = err
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
	if b.call != nil {
		b.finish(b.end)
	}
}

// dropped ends a call whose answer the caller has dropped.
func (b *body) dropped() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.call != nil {
		b.call.stopAtLastRead()
		b.finish(b.end)
	}
}

// finish records the call; err is that which ended the body, or nil where the
// caller did. The caller holds the lock.
func (b *body) finish(err error) {
	c := b.call
	b.call = nil
	runtime.SetFinalizer(b, nil)
	c.end(err)
}
