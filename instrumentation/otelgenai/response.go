package otelgenai

import (
	"bytes"
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

// maxPending is how much of a stream may wait to be looked at; a single Read
// rarely returns more.
const maxPending = 16 << 10

var responseDecoders = sync.Pool{New: func() any { return new(responseDecoder) }}

var pendingBuffers = sync.Pool{New: func() any { return new([maxPending]byte) }}

// responseDecoder reads a response's body as it passes: bytes to documents to
// values.
type responseDecoder struct {
	bodyState
	scanner jsonscan.Scanner
	events  sse.Parser
	binary  awseventstream.Parser
}

// bodyState holds what a decoder knows of one body. The readers next to it forget
// theirs when they begin the next.
type bodyState struct {
	call     *call
	stream   bool           // the answer arrives in pieces that the caller waits for
	framing  framing        // as the header says, until the first bytes have decided
	decided  bool           // they have
	head     []byte         // the first bytes, while they are too few
	base64   *base64Decoder // nil where documents stand as they are
	dec      genai.Decoder
	gzip     bool      // what arrives is compressed
	inflate  *inflater // decompresses it; nil before the first of it
	pending  *[maxPending]byte
	nPending int
	arrival  time.Duration // of what is pending, after the start of the call

	chunks    int  // seen by the clock
	sawEnd    bool // the stream's own end mark, [DONE]
	inEvent   bool
	skipEvent bool
	failed    bool        // an event was named error
	said      *transcript // of the answer; nil unless content is recorded
	err       error       // the first document that could not be read
}

// newDecoder makes a decoder of a response's body, by what its header says. The
// first bytes may say otherwise.
func (c *call) newDecoder(resp *http.Response) *responseDecoder {
	in := responseDecoders.Get().(*responseDecoder)
	in.call = c
	contentType := header(resp.Header, "Content-Type")
	switch {
	case resp.StatusCode < 400 && c.batchResults():
		in.framing, in.decided = manyJSON, true
	case hasMediaType(contentType, "application/vnd.amazon.eventstream"):
		in.framing, in.stream = binaryJSON, resp.StatusCode < 400
	case hasMediaType(contentType, "text/event-stream"):
		in.framing, in.stream = eventsJSON, resp.StatusCode < 400
	case resp.StatusCode < 400 && (hasMediaType(contentType, "application/x-ndjson") || hasMediaType(contentType, "application/stream+json") ||
		c.streamsJSON() && isJSON(contentType)):
		in.framing, in.stream = manyJSON, true
	case resp.StatusCode >= 400, isJSON(contentType):
		in.framing = oneJSON
	}
	switch encoding := header(resp.Header, "Content-Encoding"); {
	case encoding == "", strings.EqualFold(encoding, "identity"):
	case strings.EqualFold(encoding, "gzip"), strings.EqualFold(encoding, "x-gzip"):
		in.gzip = true
	default:
		in.framing, in.decided = unread, true
		in.err = fmt.Errorf("content-encoding %s", encoding)
	}
	if in.decided {
		in.begin()
	}
	return in
}

// batchResults says whether the answer holds the results of a batch, to be read
// as calls of their own.
func (c *call) batchResults() bool { return c.api.Results != nil && c.t.cfg.batchResults }

// streamsJSON says whether the answer may be a stream of JSON documents without
// saying so.
func (c *call) streamsJSON() bool { return c.api.JSONStream && c.req.Stream }

// begin begins to read, now that it is known in which form the body is.
func (in *responseDecoder) begin() {
	in.decided = true
	c := in.call
	failed := c.status >= 400
	in.stream = !failed && (in.framing == eventsJSON || in.framing == binaryJSON || in.framing == manyJSON && !c.batchResults())
	format := c.api.Response
	switch {
	case failed:
		format = genai.Format[genai.Response]{Shape: genai.FailureShape, New: genai.NewFailure}
	case c.batchResults():
		format = genai.Format[genai.Response]{Shape: c.api.Results.Line.Shape, New: c.newResults}
	case in.stream:
		format = c.api.Stream
		c.req.Stream = true
	}
	if !in.stream {
		c.firstChunk = 0 // of a stream that the header has promised
	}
	if format.New == nil || in.framing == unread {
		in.framing = unread
		return
	}
	in.dec = format.New(&c.resp)
	if c.t.cfg.content.mode != NoContent && c.api.Content != nil && !failed {
		in.said = &transcript{}
	}
	in.scanner.Init(format.Shape, in.dec, in.framing == manyJSON)
	switch in.framing {
	case eventsJSON:
		in.events.Init(in)
	case binaryJSON:
		in.binary.Init(in)
		if c.api.Wrapped {
			in.base64 = newBase64Decoder(in.document)
		}
	}
}

// decide finds out in which form the body is: its first bytes tell where proxies
// and servers leave the content type out, or say another. It returns what is to
// be read, nothing while it is too little.
func (in *responseDecoder) decide(p []byte) []byte {
	if len(in.head) > 0 {
		in.head = append(in.head, p...)
		p = in.head
	}
	switch found, enough := formOf(p); {
	case !enough:
		if len(in.head) == 0 {
			in.head = append(in.head, p...)
		}
		return nil
	case found == eventsJSON, found == binaryJSON:
		in.framing = found
	case found == oneJSON && in.framing != manyJSON:
		in.framing = oneJSON
		if in.call.status < 400 && in.call.streamsJSON() {
			in.framing = manyJSON
		}
	}
	in.head = nil
	in.begin()
	if in.framing == oneJSON || in.framing == manyJSON {
		p = bytes.TrimPrefix(p, byteOrderMark)
	}
	return p
}

// receive takes what a Read returned. The bytes of a stream are only copied,
// so that the caller has them before they are looked at.
func (in *responseDecoder) receive(p []byte) {
	if !in.decided && !in.gzip && len(in.head) == 0 {
		// A stream that the header does not announce is one from its first bytes
		// on, which are then handed on before they are looked at as well.
		if form, _ := formOf(p); form == eventsJSON || form == binaryJSON {
			in.stream = in.call.status < 400
		}
	}
	now := in.arrival
	if in.stream {
		now = time.Since(in.call.start)
		if in.call.firstChunk == 0 {
			in.call.firstChunk = now
		}
	}
	if !in.stream || len(p) > maxPending {
		in.flush()
		in.arrival = now
		in.read(p)
		return
	}
	if in.pending == nil {
		in.pending = pendingBuffers.Get().(*[maxPending]byte)
	}
	if in.nPending+len(p) > maxPending {
		in.flush()
	}
	in.arrival = now
	in.nPending += copy(in.pending[in.nPending:], p)
}

// flush looks at what is pending.
func (in *responseDecoder) flush() {
	if in.nPending > 0 {
		n := in.nPending
		in.nPending = 0
		in.read(in.pending[:n])
	}
}

// read looks at bytes of the body. A panic in a decoder ends the reading, not
// the call.
func (in *responseDecoder) read(p []byte) {
	if in.framing == unread && in.decided {
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
func (in *responseDecoder) drain() {
	in.flush()
	if in.inflate != nil {
		in.inflate.close()
		in.inflate = nil
	}
}

var errPanic = errors.New("decoder panic")

func (in *responseDecoder) recover() {
	if v := recover(); v != nil {
		in.framing, in.decided, in.err = unread, true, errPanic
		in.call.t.tel.decodePanic()
	}
}

// plain looks at bytes of the body without its content encoding.
func (in *responseDecoder) plain(p []byte) {
	if !in.decided {
		if p = in.decide(p); len(p) == 0 {
			return
		}
	}
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
func (in *responseDecoder) Payload(p []byte) {
	if in.base64 != nil {
		in.base64.outer.Write(p)
	} else {
		in.document(p)
	}
}

// document takes a piece of a document.
func (in *responseDecoder) document(p []byte) {
	if in.said != nil {
		in.said.add(p)
	}
	in.scanner.Write(p)
}

// Message ends a message of AWS's event stream.
func (in *responseDecoder) Message(m awseventstream.Message) {
	if err := in.scanner.Err(); err != nil && in.err == nil {
		in.err = err
	}
	if m.Exception != "" {
		in.call.resp.Complete = true
		in.call.resp.ErrorCode = errorCode(m.Exception)
	}
	in.scanner.Reset()
	if in.base64 != nil {
		in.base64.outer.Reset()
	}
	in.tick()
}

// Data takes a piece of a server-sent event.
func (in *responseDecoder) Data(p []byte) {
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
func (in *responseDecoder) Event(name []byte) {
	in.inEvent = false
	if string(name) == "error" {
		in.failed = true
	}
	if in.skipEvent {
		in.sawEnd = true
		return
	}
	if err := in.scanner.Err(); err != nil && in.err == nil {
		in.err = err
	}
	in.tick()
}

// A measurement takes longer than reading a chunk does. Of a long stream one gap
// between chunks in gapSample is measured, which is enough for a distribution.
const (
	allGaps   = 64 // from the start of a stream, each is measured
	gapSample = 16
)

// tick records the time between chunks of output: those that arrive in one
// Read share its time.
func (in *responseDecoder) tick() {
	c := in.call
	for ; in.chunks < c.resp.Chunks; in.chunks++ {
		if in.chunks > 0 && (in.chunks <= allGaps || in.chunks%gapSample == 0) {
			c.t.tel.chunkGap(c, in.arrival-c.lastChunk)
		}
		c.lastChunk = in.arrival
	}
}

// complete says whether the vendor's own end of the answer has been read.
func (in *responseDecoder) complete() bool {
	r := &in.call.resp
	if in.cutInside() {
		return false
	}
	if in.sawEnd || in.failed || r.Complete || in.framing == unread || in.call.status >= 400 {
		return true
	}
	return in.stream && len(r.FinishReasons) > 0
}

// cutInside says whether a stream ends inside a document: what else it has said
// of its end, the vendor had more to say.
func (in *responseDecoder) cutInside() bool {
	switch {
	case !in.stream || !in.decided:
		return false
	case in.framing == eventsJSON:
		return in.inEvent && !in.skipEvent && in.scanner.Err() != nil
	case in.framing == manyJSON, in.framing == binaryJSON:
		return in.scanner.Err() == jsonscan.ErrCut
	default:
		return false
	}
}

// settle ends the reading.
func (in *responseDecoder) settle() {
	in.drain()
	defer in.recover()
	if !in.decided { // a body without any bytes
		in.begin()
	}
	if in.dec != nil {
		if in.err == nil && in.framing == oneJSON {
			in.err = in.scanner.Err()
		}
		in.dec.Settle()
		if r := &in.call.resp; in.failed && r.ErrorCode == "" {
			r.ErrorCode = errorOther
		}
	}
}

// release gives away what was used to read; the caller has what was read.
func (in *responseDecoder) release() {
	if in.pending != nil {
		pendingBuffers.Put(in.pending)
	}
	if in.err == errPanic {
		return // what a panic leaves behind is not used again
	}
	in.bodyState = bodyState{}
	responseDecoders.Put(in)
}
