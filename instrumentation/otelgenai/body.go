package otelgenai

import "io"

// body is a response's body whose bytes are looked at after the caller has
// them.
type body struct {
	inner io.ReadCloser
	call  *call
}

var _ io.ReadCloser = &body{}

// Read reads from the response. What an earlier Read returned is looked at
// now, while the next bytes are on their way.
func (b *body) Read(p []byte) (int, error) {
	b.call.catchUp()
	n, err := b.inner.Read(p)
	if n > 0 || err != nil {
		b.call.received(p[:max(n, 0)], err)
	}
	return n, err
}

// Close ends the call, then closes the response's body, which may block.
func (b *body) Close() error {
	b.call.closed()
	return b.inner.Close()
}
