package otelgenai

import (
	"compress/gzip"
	"io"
)

// inflater decompresses bytes that are pushed into it. gzip.Reader pulls, so
// it runs in a goroutine of its own; the two sides take turns, so what the one
// touches is at rest while the other works.
type inflater struct {
	in     *responseDecoder
	pieces chan []byte   // to the goroutine; closed at the end
	hungry chan struct{} // from it: the last piece is used up; closed when it ends
	piece  []byte
}

func newInflater(in *responseDecoder) *inflater {
	f := &inflater{in: in, pieces: make(chan []byte), hungry: make(chan struct{})}
	go f.run()
	<-f.hungry
	return f
}

func (f *inflater) run() {
	defer close(f.hungry)
	defer f.in.recover()
	z, err := gzip.NewReader(f)
	if err != nil {
		f.in.err = err
		return
	}
	buf := make([]byte, 8<<10)
	for {
		n, err := z.Read(buf)
		if n > 0 {
			f.in.plain(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// Read gives the goroutine what was pushed, and waits for more.
func (f *inflater) Read(p []byte) (int, error) {
	for len(f.piece) == 0 {
		f.hungry <- struct{}{}
		piece, ok := <-f.pieces
		if !ok {
			return 0, io.EOF
		}
		f.piece = piece
	}
	n := copy(p, f.piece)
	f.piece = f.piece[n:]
	return n, nil
}

// write pushes a piece and returns when it has been used up, or when the
// goroutine has ended.
func (f *inflater) write(p []byte) {
	select {
	case f.pieces <- p:
		<-f.hungry
	case <-f.hungry:
	}
}

// close ends the goroutine and waits for it.
func (f *inflater) close() {
	close(f.pieces)
	for range f.hungry {
	}
}
