package otelgenai

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/internal/provider"
)

// Session records the responses of one WebSocket connection: OpenAI's Realtime
// API and Responses API, with the vendors that offer the same, and Gemini Live.
// After its handshake, a WebSocket does not use an [http.RoundTripper]. Therefore
// the application passes the messages that it sends and receives to the Session,
// in order, and closes the Session with the connection. Each response is a call of
// its own, with usage, metrics and a log record. Messages are read before the
// method returns; they are not kept and not changed. Unknown messages are ignored.
// A Session is safe for one reader and one writer at the same time, like a
// connection. The transcription of a realtime session's input, by another model,
// is not recorded.
type Session struct {
	mu     sync.Mutex
	t      *Transport
	ctx    context.Context
	target target
	host   string
	port   int
	model  string // of the session, or of the last request
	asked  time.Time
	open   []*sessionCall
	gemini bool
	peek   sessionPeek
}

// maxResponses is the most unfinished responses of one session.
const maxResponses = 16

// sessionCall is an unfinished response.
type sessionCall struct {
	id      string
	call    *call
	dec     genai.Decoder
	scanner jsonscan.Scanner
}

// Session starts recording the responses of a WebSocket connection. The address is
// the URL that the application connects to, such as
// wss://api.openai.com/v1/realtime?model=gpt-realtime. The context has the
// attribution of the calls. If the address is not an LLM API, the Session records
// nothing.
func (t *Transport) Session(ctx context.Context, address string) *Session {
	s := &Session{t: t, ctx: ctx}
	u, err := url.Parse(address)
	if err != nil {
		return s
	}
	hostport := strings.ToLower(u.Host)
	host, port := splitHost(hostport)
	s.gemini = strings.Contains(u.Path, "BidiGenerateContent")
	// The paths of WebSockets lead to the formats of these.
	path := "/openai/v1/responses"
	switch {
	case s.gemini:
		path = "/models/live:streamGenerateContent"
	case !strings.HasSuffix(u.Path, "/realtime") && !strings.HasSuffix(u.Path, "/responses"):
		return s
	}
	scheme := map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	to := t.named(&http.Request{Method: http.MethodPost, URL: &url.URL{Scheme: scheme, Path: path}}, host, port)
	if to.API == nil {
		to = provider.Find(hostport, host, http.MethodPost, path)
	}
	if to.API == nil && t.cfg.unlistedHosts {
		to = provider.Unlisted(host, path)
	}
	if to.API == nil {
		return s
	}
	api := *to.API
	if strings.HasSuffix(u.Path, "/realtime") {
		api.Type = ""
	}
	s.target = target{provider: to.Provider, api: &api, region: to.Region}
	s.host, s.port = host, portOf(port, scheme)
	s.model = u.Query().Get("model")
	if s.model == "" {
		s.model = u.Query().Get("deployment")
	}
	return s
}

// Sent records a message that the application sent.
func (s *Session) Sent(message []byte) { s.look(message, true) }

// Received records a message that the application received.
func (s *Session) Received(message []byte) { s.look(message, false) }

// Close ends the session. Unfinished responses are recorded as aborted.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.open) > 0 {
		c := s.open[0]
		c.call.aborted = true
		s.end(c)
	}
	s.target.api = nil
}

func (s *Session) look(message []byte, sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.target.api == nil {
		return
	}
	defer func() {
		if recover() != nil {
			s.t.tel.decodePanic()
		}
	}()
	s.peek.read(message)
	if name := s.peek.model; name != "" {
		// Google's names are paths: models/..., projects/.../models/...
		if i := strings.LastIndex(name, "models/"); i >= 0 && (i == 0 || name[i-1] == '/') {
			name = name[i+len("models/"):]
		}
		s.model = name
	}
	switch {
	case sent:
		if s.asked.IsZero() || s.peek.event == "response.create" {
			s.asked = time.Now()
		}
	case s.gemini:
		s.receiveGemini(message)
	default:
		s.receive(message)
	}
}

// receive reads an event of OpenAI's, which names its response.
func (s *Session) receive(message []byte) {
	c := s.find(s.peek.response)
	switch s.peek.event {
	case "response.created", "response.done", "response.completed", "response.incomplete", "response.failed":
		if c == nil {
			c = s.begin(s.peek.response)
		}
	}
	if c == nil {
		return
	}
	c.take(message)
	switch s.peek.event {
	case "response.done", "response.completed", "response.incomplete", "response.failed":
		s.end(c)
	}
}

// receiveGemini reads a message of Gemini Live, which counts a turn once, with
// or after its end.
func (s *Session) receiveGemini(message []byte) {
	if !s.peek.content && !s.peek.counted {
		return
	}
	c := s.find("")
	if c == nil {
		c = s.begin("")
	}
	c.take(message)
	if s.peek.counted {
		if len(c.call.resp.FinishReasons) == 0 {
			c.call.resp.SetFinishReason(0, "STOP")
		}
		s.end(c)
	}
}

func (s *Session) find(id string) *sessionCall {
	for _, c := range s.open {
		if c.id == id {
			return c
		}
	}
	return nil
}

// begin starts the call of a response.
func (s *Session) begin(id string) *sessionCall {
	if len(s.open) == maxResponses {
		s.open[0].call.aborted = true
		s.end(s.open[0])
	}
	c := &call{callState: callState{target: s.target, t: s.t, caller: s.ctx, ctx: s.ctx, host: s.host, port: s.port, start: s.asked}}
	if c.start.IsZero() {
		c.start = time.Now()
	}
	s.asked = time.Time{}
	c.attrs, _ = s.t.attribute(s.ctx, &http.Request{Header: http.Header{}, URL: &url.URL{Host: s.host}})
	c.req.Model, c.req.Stream = s.model, true
	c.startSpan()
	open := &sessionCall{id: id, call: c}
	open.dec = c.api.Stream.New(&c.resp)
	open.scanner.Init(c.api.Stream.Shape, open.dec, false)
	s.open = append(s.open, open)
	return open
}

func (c *sessionCall) take(message []byte) {
	chunks := c.call.resp.Chunks
	c.scanner.Reset()
	c.scanner.Write(message)
	if c.call.firstChunk == 0 && c.call.resp.Chunks > chunks {
		c.call.firstChunk = time.Since(c.call.start)
	}
}

// end records a response.
func (s *Session) end(c *sessionCall) {
	for i := range s.open {
		if s.open[i] == c {
			s.open = append(s.open[:i], s.open[i+1:]...)
			break
		}
	}
	c.dec.Settle()
	c.call.record()
}

// sessionPeek is the kind of a message.
type sessionPeek struct {
	jsonscan.Ignore
	scanner                jsonscan.Scanner
	event, response, model string
	content, counted       bool
}

const (
	peekEvent jsonscan.Field = iota + 1
	peekResponse
	peekModel
	peekContent
	peekUsage
)

var peekShape = jsonscan.Compile(
	jsonscan.Scalar("type", peekEvent),
	jsonscan.Scalar("response_id", peekResponse),
	jsonscan.Scalar("response.id", peekResponse),
	jsonscan.Scalar("model", peekModel), // of response.create, for the Responses API
	jsonscan.Scalar("session.model", peekModel),
	jsonscan.Scalar("setup.model", peekModel), // Gemini Live
	jsonscan.Each("serverContent", peekContent),
	jsonscan.Each("toolCall", peekContent),
	jsonscan.Each("usageMetadata", peekUsage),
)

func (p *sessionPeek) read(message []byte) {
	p.event, p.response, p.model, p.content, p.counted = "", "", "", false, false
	p.scanner.Init(peekShape, p, false)
	p.scanner.Write(message)
}

func (p *sessionPeek) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case peekEvent:
		p.event = genai.InternIfChanged("", k, v)
	case peekResponse:
		p.response = genai.Keep("", k, v)
	case peekModel:
		p.model = genai.InternIfChanged("", k, v)
	}
}

func (p *sessionPeek) Begin(f jsonscan.Field) {
	p.content = p.content || f == peekContent
	p.counted = p.counted || f == peekUsage
}
