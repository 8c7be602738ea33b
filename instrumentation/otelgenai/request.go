package otelgenai

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/formdata"
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/internal/promptprefix"
)

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
	tel     *telemetry
}

var prefixes = sync.Pool{New: func() any { return new(promptprefix.Hasher) }}

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
}

// readRequest scans the body before it is sent where a second copy can be had,
// which every request made from a byte slice or string offers; else, and where
// it is a form, while it is sent.
func (c *call) readRequest(req *http.Request) {
	format := c.api.Request
	if format.New == nil || req.Body == nil || req.Body == http.NoBody {
		return
	}
	contentType := header(req.Header, "Content-Type")
	var form *formdata.Parser
	if strings.HasPrefix(contentType, "multipart/form-data") {
		form = &formdata.Parser{}
	} else if !isJSON(contentType) {
		return
	}
	s := requestScans.Get().(*requestScan)
	s.req, s.tel, s.dead = &c.req, c.t.tel, false
	s.dec, s.said = format.New(&c.req), nil
	if form == nil && c.t.cfg.content.mode != NoContent && c.api.Content != nil {
		c.asked = &transcript{}
		s.said = c.asked
	}
	if hash := c.t.cfg.promptHash; form == nil && hash != nil && isInference(c.api.Operation) {
		s.prefix, s.key = prefixes.Get().(*promptprefix.Hasher), hash.key
		s.prefix.Init()
	}
	if form != nil && !form.Init(contentType, s.field(format.Shape)) {
		s.release()
		return
	}
	s.form = form
	s.scanner.Init(format.Shape, s.dec, 0, false)
	// A form may hold megabytes of sound or pictures, with the model behind
	// them: it is read on its way.
	if req.GetBody == nil || form != nil {
		c.upload = &upload{inner: req.Body, scan: s}
		return
	}
	twin, err := req.GetBody()
	if err != nil {
		s.release()
		return
	}
	// The copy of a byte slice writes itself in one go, without a buffer.
	_, _ = io.Copy(s, twin)
	_ = twin.Close()
	s.release()
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
			prefixes.Put(s.prefix)
		}
		s.prefix, s.key = nil, nil
	}
	s.dec, s.req, s.tel, s.said, s.form = nil, nil, nil, nil, nil
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

// upload is a request body that is scanned while the wrapped transport reads
// it. The transport may go on reading after it has answered, so what has been
// scanned is taken under a lock.
type upload struct {
	inner io.ReadCloser
	mu    sync.Mutex
	scan  *requestScan
}

func (u *upload) Read(p []byte) (int, error) {
	n, err := u.inner.Read(p)
	if n > 0 {
		u.mu.Lock()
		if u.scan != nil {
			_, _ = u.scan.Write(p[:n])
		}
		u.mu.Unlock()
	}
	return n, err
}

func (u *upload) Close() error { return u.inner.Close() }

// stop ends the scan; reads go on without it.
func (u *upload) stop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.scan != nil {
		u.scan.release()
		u.scan = nil
	}
}

// isJSON says whether a content type is JSON. A missing one counts: some
// clients leave it out.
func isJSON(contentType string) bool {
	return contentType == "" || strings.HasPrefix(contentType, "application/json") || strings.Contains(contentType, "+json")
}
