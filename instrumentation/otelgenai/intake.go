package otelgenai

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spanledger/spanledger/instrumentation/internal/awseventstream"
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/internal/sse"
)

// framing is how documents stand in a response's body.
type framing uint8

const (
	unread     framing = iota // nothing in it is understood
	oneJSON                   // one document
	manyJSON                  // documents after each other, or the elements of an array
	eventsJSON                // server-sent events, one document each
	binaryJSON                // AWS's event stream, one document each
)

// held is how much of a stream may wait to be looked at; a single Read rarely
// returns more.
const held = 16 << 10

var intakes = sync.Pool{New: func() any { return new(intake) }}

var holdPool = sync.Pool{New: func() any { return new([held]byte) }}

// intake reads a response's body as it passes: bytes to documents to values.
type intake struct {
	progress
	scanner jsonscan.Scanner
	events  sse.Parser
	binary  awseventstream.Parser
}

// progress is what an intake has of one body. The readers beside it forget
// theirs when they begin the next.
type progress struct {
	call    *call
	stream  bool
	framing framing
	unwrap  *unwrapper // nil where documents stand as they are
	dec     genai.Decoder
	gzip    bool      // what arrives is compressed
	inflate *inflater // decompresses it; nil before the first of it
	hold    *[held]byte
	nHeld   int
	arrival time.Duration // of what is held, after the start of the call

	chunks    int  // seen by the clock
	sawEnd    bool // the stream's own end mark, [DONE]
	inEvent   bool
	skipEvent bool
	said      *transcript // of the answer; nil unless content is recorded
	err       error       // the first document that could not be read
}

func (c *call) newIntake(resp *http.Response) *intake {
	in := intakes.Get().(*intake)
	in.call = c
	contentType := header(resp.Header, "Content-Type")
	format := c.api.Response
	switch {
	case resp.StatusCode >= 400:
		format = genai.Format[genai.Response]{Shape: genai.FailureShape, New: genai.NewFailure}
		in.framing = oneJSON
	case strings.HasPrefix(contentType, "text/event-stream"):
		in.framing, in.stream = eventsJSON, true
	case strings.HasPrefix(contentType, "application/vnd.amazon.eventstream"):
		in.framing, in.stream = binaryJSON, true
	case strings.HasPrefix(contentType, "application/x-ndjson"), strings.HasPrefix(contentType, "application/stream+json"),
		c.api.JSONStream && c.req.Stream && isJSON(contentType):
		in.framing, in.stream = manyJSON, true
	case isJSON(contentType):
		in.framing = oneJSON
	}
	if r := c.api.Results; r != nil && c.t.cfg.batchResults && resp.StatusCode < 400 {
		in.framing, in.stream = manyJSON, false
		format = genai.Format[genai.Response]{Shape: r.Line.Shape, New: c.newResults}
	}
	if in.stream {
		format = c.api.Stream
		c.req.Stream = true
	}
	if format.New == nil || in.framing == unread {
		in.framing = unread
		return in
	}
	in.dec = format.New(&c.resp)
	if c.t.cfg.content.mode != NoContent && c.api.Content != nil && resp.StatusCode < 400 {
		in.said = &transcript{}
	}
	in.scanner.Init(format.Shape, in.dec, 0, in.framing == manyJSON)
	switch in.framing {
	case eventsJSON:
		in.events.Init(in)
	case binaryJSON:
		in.binary.Init(in)
		if c.api.Wrapped {
			in.unwrap = newUnwrapper(in.document)
		}
	}
	switch encoding := header(resp.Header, "Content-Encoding"); {
	case encoding == "", strings.EqualFold(encoding, "identity"):
	case strings.EqualFold(encoding, "gzip"), strings.EqualFold(encoding, "x-gzip"):
		in.gzip = true
	default:
		in.framing = unread
		in.err = fmt.Errorf("content-encoding %s", encoding)
	}
	return in
}

// receive takes what a Read returned. The bytes of a stream are only copied,
// so that the caller has them before they are looked at.
func (in *intake) receive(p []byte) {
	now := in.arrival
	if in.stream {
		now = time.Since(in.call.start)
		if in.call.firstChunk == 0 {
			in.call.firstChunk = now
		}
	}
	if !in.stream || len(p) > held {
		in.flush()
		in.arrival = now
		in.read(p)
		return
	}
	if in.hold == nil {
		in.hold = holdPool.Get().(*[held]byte)
	}
	if in.nHeld+len(p) > held {
		in.flush()
	}
	in.arrival = now
	in.nHeld += copy(in.hold[in.nHeld:], p)
}

// flush looks at what is held.
func (in *intake) flush() {
	if in.nHeld > 0 {
		n := in.nHeld
		in.nHeld = 0
		in.read(in.hold[:n])
	}
}

// read looks at bytes of the body. A panic in a decoder ends the reading, not
// the call.
func (in *intake) read(p []byte) {
	if in.framing == unread {
		return
	}
	defer in.recover()
	if in.gzip {
		if in.inflate == nil {
			in.inflate = newInflater(in)
		}
		in.inflate.write(p)
		return
	}
	in.plain(p)
}

// drain looks at all that is left; nothing more will come.
func (in *intake) drain() {
	in.flush()
	if in.inflate != nil {
		in.inflate.close()
		in.inflate = nil
	}
}

var errPanic = errors.New("decoder panic")

func (in *intake) recover() {
	if v := recover(); v != nil {
		in.framing, in.err = unread, errPanic
		in.call.t.tel.decodePanic()
	}
}

// plain looks at bytes of the body without its content encoding.
func (in *intake) plain(p []byte) {
	switch in.framing {
	case oneJSON, manyJSON:
		in.document(p)
		in.tick()
	case eventsJSON:
		in.events.Write(p)
	case binaryJSON:
		in.binary.Write(p)
		if err := in.binary.Err(); err != nil {
			in.framing, in.err = unread, err
		}
	}
}

// Payload takes a piece of a message of AWS's event stream.
func (in *intake) Payload(p []byte) {
	if in.unwrap != nil {
		in.unwrap.outer.Write(p)
	} else {
		in.document(p)
	}
}

// document takes a piece of a document.
func (in *intake) document(p []byte) {
	if in.said != nil {
		in.said.add(p)
	}
	in.scanner.Write(p)
}

// Message ends a message of AWS's event stream.
func (in *intake) Message(m awseventstream.Message) {
	if err := in.scanner.Err(); err != nil && in.err == nil {
		in.err = err
	}
	if m.Exception != "" {
		in.call.resp.Complete = true
		in.call.resp.ErrorCode = errorCode(m.Exception)
	}
	in.scanner.Reset()
	if in.unwrap != nil {
		in.unwrap.outer.Reset()
	}
	in.tick()
}

// Data takes a piece of a server-sent event.
func (in *intake) Data(p []byte) {
	if !in.inEvent {
		in.inEvent = true
		in.skipEvent = p[0] == '[' // [DONE]; vendors send objects otherwise
		in.scanner.Reset()
	}
	if !in.skipEvent {
		in.document(p)
	}
}

// Event ends a server-sent event.
func (in *intake) Event([]byte) {
	in.inEvent = false
	if in.skipEvent {
		in.sawEnd = true
		return
	}
	if err := in.scanner.Err(); err != nil && in.err == nil {
		in.err = err
	}
	in.tick()
}

// tick records the time between chunks of output: those that arrive in one
// Read share its time.
func (in *intake) tick() {
	c := in.call
	for ; in.chunks < c.resp.Chunks; in.chunks++ {
		if in.chunks > 0 {
			c.t.tel.chunkGap(c, in.arrival-c.lastChunk)
		}
		c.lastChunk = in.arrival
	}
}

// complete says whether the vendor's own end of the answer has been read.
func (in *intake) complete() bool {
	r := &in.call.resp
	if in.sawEnd || r.Complete || in.framing == unread || in.call.status >= 400 {
		return true
	}
	return in.stream && len(r.FinishReasons) > 0
}

// settle ends the reading.
func (in *intake) settle() {
	in.drain()
	defer in.recover()
	if in.dec != nil {
		if in.err == nil && in.framing == oneJSON {
			in.err = in.scanner.Err()
		}
		in.dec.Settle()
	}
}

// release gives away what was used to read; the caller has what was read.
func (in *intake) release() {
	if in.hold != nil {
		holdPool.Put(in.hold)
	}
	if in.err == errPanic {
		return // what a panic leaves behind is not used again
	}
	in.progress = progress{}
	intakes.Put(in)
}
