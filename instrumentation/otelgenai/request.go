package otelgenai

import (
	"bytes"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/formdata"
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/internal/promptprefix"
	"github.com/spanledger/spanledger/instrumentation/internal/promptshare"
)

// maxInPlace bounds a body in memory that is scanned where it is before it is
// sent: some 30 µs. A larger one is scanned while it is sent.
const maxInPlace = 64 << 10

// requestScan reads what is wanted of a request's body.
type requestScan struct {
	scanner jsonscan.Scanner
	form    *formdata.Parser // reads the body instead; nil where it is JSON
	dec     genai.Decoder
	req     *genai.Request
	dead    bool                 // a decoder panicked
	said    *transcript          // of the request; nil unless content is recorded
	prefix  *promptprefix.Hasher // nil unless the prompt is hashed
	key     []byte               // of the hash
	shares  *promptshare.Counter // nil unless shares are counted
	tel     *telemetry
	prompt  *promptScan   // looks for what makes a body that of an LLM call; nil where the host is known
	piece   [4 << 10]byte // of a string that is scanned in place
}

var prefixes = sync.Pool{New: func() any { return new(promptprefix.Hasher) }}

var shares = sync.Pool{New: func() any { return new(promptshare.Counter) }}

var requestScans = sync.Pool{New: func() any { return new(requestScan) }}

// Write scans a piece of the body. It never fails: the bytes are someone
// else's.
func (s *requestScan) Write(p []byte) (int, error) {
	s.req.InputBytes += int64(len(p))
	if s.said != nil {
		s.said.add(p)
	}
	if !s.dead {
		s.scan(p)
	}
	return len(p), nil
}

// WriteString scans a string without making a second one of its length.
func (s *requestScan) WriteString(text string) (int, error) {
	for rest := text; rest != ""; {
		n := copy(s.piece[:], rest)
		_, _ = s.Write(s.piece[:n])
		rest = rest[n:]
	}
	return len(text), nil
}

func (s *requestScan) scan(p []byte) {
	defer func() {
		if v := recover(); v != nil {
			s.dead = true
			s.tel.decodePanic()
		}
	}()
	if s.form != nil {
		s.form.Write(p)
		return
	}
	s.scanner.Write(p)
	if s.prefix != nil {
		s.prefix.Write(p)
	}
	if s.shares != nil {
		s.shares.Write(p)
	}
	if s.prompt != nil {
		s.prompt.scanner.Write(p)
	}
}

// requestKind is how a body is to be read.
type requestKind uint8

const (
	notRead requestKind = iota
	jsonBody
	formBody
)

// kindOf says how the body of a request can be read. Some clients call JSON a text,
// or give it a content type that is none.
func (c *call) kindOf(req *http.Request) requestKind {
	if c.api.Request.New == nil || req.Body == nil || req.Body == http.NoBody {
		return notRead
	}
	switch contentType := header(req.Header, "Content-Type"); {
	case hasMediaType(contentType, "multipart/form-data"):
		return formBody
	case isJSON(contentType), hasMediaType(contentType, "text/"), !strings.Contains(contentType, "/"):
		return jsonBody
	default:
		return notRead
	}
}

// newRequestScan makes a scan that fills in r, which holds what the address of
// the request says; nil where the body cannot be read.
func (c *call) newRequestScan(kind requestKind, contentType string, r *genai.Request) *requestScan {
	format := c.api.Request
	s := requestScans.Get().(*requestScan)
	s.req, s.tel, s.dead = r, c.t.tel, false
	s.dec, s.said, s.form = format.New(r), nil, nil
	switch kind {
	case formBody:
		form := &formdata.Parser{}
		if !form.Init(contentType, s.field(format.Shape)) {
			s.release()
			return nil
		}
		s.form = form
	case jsonBody:
		if c.t.cfg.content.mode != NoContent && c.api.Content != nil {
			s.said = &transcript{}
		}
		if hash := c.t.cfg.promptHash; hash != nil && isInference(c.api.Operation) {
			s.prefix, s.key = prefixes.Get().(*promptprefix.Hasher), hash.key
			s.prefix.Init()
		}
		if c.t.cfg.contextShares && isInference(c.api.Operation) {
			s.shares = shares.Get().(*promptshare.Counter)
			s.shares.Init()
		}
		s.scanner.Init(format.Shape, s.dec, false)
		if c.unlisted {
			s.prompt = newPromptScan(c.model)
		}
	}
	return s
}

// observeRequest reads what the call asks for. It never reads a body ahead of
// the transport that sends it. A small body that is known to be in memory is
// looked at where it is, which moves no reader, and is sent as it came. Any
// other is scanned while it is sent, as is each that GetBody gives in its place.
func (c *call) observeRequest(req *http.Request) {
	kind := c.kindOf(req)
	if kind == notRead {
		return
	}
	// WithStreamUsage changes requests by what they say, so it has to know it
	// before they leave; so has a policy that may keep one from leaving.
	limit := maxInPlace
	if c.asksForUsage(req) || c.unlisted && c.t.cfg.mayReject() {
		limit = maxInMemory
	}
	contentType := header(req.Header, "Content-Type")
	if memory, n := inMemory(req.Body); memory != nil && n <= limit {
		c.scanInPlace(kind, contentType, memory)
		return
	}
	c.sending = &outgoingBodies{call: c, kind: kind, contentType: contentType, getBody: req.GetBody}
	c.sending.own = &sentBody{inner: req.Body, of: c.sending}
}

// scanInPlace reads a body that is in memory without taking anything from it.
func (c *call) scanInPlace(kind requestKind, contentType string, memory io.Reader) {
	s := c.newRequestScan(kind, contentType, &c.req)
	if s == nil {
		return
	}
	switch r := memory.(type) {
	case *bytes.Reader:
		unmoved := *r
		_, _ = unmoved.WriteTo(s)
	case *strings.Reader:
		unmoved := *r
		_, _ = unmoved.WriteTo(s)
	case *bytes.Buffer:
		_, _ = s.Write(r.Bytes())
	}
	c.asked, c.inPlace, c.prompted = s.said, true, s.prompt.found()
	s.release()
}

// maxInMemory is more than any body.
const maxInMemory = 1<<31 - 1

var (
	nopCloser         = reflect.TypeOf(io.NopCloser(nil))
	nopCloserWriterTo = reflect.TypeOf(io.NopCloser(struct {
		io.Reader
		io.WriterTo
	}{}))
)

// inMemory returns the reader of a body, and how much of it is left, if it is of
// the types that net/http itself knows to be in memory. It sends those without
// flushing the header first, so they are best left in their types.
func inMemory(body io.Reader) (io.Reader, int) {
	switch reflect.TypeOf(body) {
	case nopCloser, nopCloserWriterTo:
		body, _ = reflect.ValueOf(body).Field(0).Interface().(io.Reader)
	}
	switch r := body.(type) {
	case *bytes.Reader:
		if r != nil {
			return r, r.Len()
		}
	case *strings.Reader:
		if r != nil {
			return r, r.Len()
		}
	case *bytes.Buffer:
		if r != nil {
			return r, r.Len()
		}
	}
	return nil, 0
}

// field hands the fields of a form to the decoder, those that it would take out
// of a JSON object.
func (s *requestScan) field(shape *jsonscan.Shape) func(name string, value []byte) {
	return func(name string, value []byte) {
		if f := shape.Scalar(name); f != 0 {
			s.dec.Value(f, jsonscan.KindOf(value), value)
		}
	}
}

// release gives the scan back; what it read is in the request.
func (s *requestScan) release() {
	s.settle()
	if s.prefix != nil {
		if !s.dead {
			s.req.PrefixHash, s.req.PrefixBytes = s.prefix.Sum(s.key)
			s.req.PrefixParts = s.prefix.Parts()
			prefixes.Put(s.prefix)
		}
		s.prefix, s.key = nil, nil
	}
	if s.shares != nil {
		if !s.dead {
			s.req.PromptShares = s.shares.Sum()
			shares.Put(s.shares)
		}
		s.shares = nil
	}
	s.dec, s.req, s.tel, s.said, s.form, s.prompt = nil, nil, nil, nil, nil, nil
	requestScans.Put(s)
}

func (s *requestScan) settle() {
	defer func() {
		if recover() != nil {
			s.tel.decodePanic()
		}
	}()
	s.dec.Settle()
}

// isJSON says whether a content type is JSON. A missing one counts: some
// clients leave it out.
func isJSON(contentType string) bool {
	if contentType == "" || hasMediaType(contentType, "application/json") {
		return true
	}
	return strings.Contains(strings.ToLower(contentType), "+json")
}

// hasMediaType compares as media types do, without case (RFC 9110, 8.3.1).
func hasMediaType(contentType, prefix string) bool {
	return len(contentType) >= len(prefix) && strings.EqualFold(contentType[:len(prefix)], prefix)
}
