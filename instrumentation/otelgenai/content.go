package otelgenai

import (
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
)

// ContentMode says where the messages of calls are recorded.
type ContentMode uint8

// The places where messages may be recorded.
const (
	NoContent    ContentMode = iota
	SpanOnly                 // as JSON in attributes of the span
	EventOnly                // in the event gen_ai.client.inference.operation.details
	SpanAndEvent             // in both
)

func (m ContentMode) onSpan() bool  { return m == SpanOnly || m == SpanAndEvent }
func (m ContentMode) onEvent() bool { return m == EventOnly || m == SpanAndEvent }

// contentModeFromEnv reads OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT.
// What it does not know means no content.
func contentModeFromEnv() ContentMode {
	switch strings.ToUpper(strings.TrimSpace(os.Getenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"))) {
	case "SPAN_ONLY":
		return SpanOnly
	case "EVENT_ONLY":
		return EventOnly
	case "SPAN_AND_EVENT":
		return SpanAndEvent
	default:
		return NoContent
	}
}

type contentPolicy struct {
	mode   ContentMode
	redact []redact.Func
	limit  int // bytes a text may have, 0 = any
}

// WithContentCapture records prompts, answers, system instructions and the names
// of tools at the place that mode says. Of images, audio and files only the kind
// is ever recorded. The default comes from
// OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, else no content.
func WithContentCapture(mode ContentMode) Option {
	return optionFunc(func(c *config) { c.content.mode = mode })
}

// WithMaxTextBytes cuts every text that is recorded to at most n bytes, between
// characters, after it has been redacted. The default cuts nothing but the call
// as a whole, at 1 MiB each way; n below 1 is ignored.
func WithMaxTextBytes(n int) Option {
	return optionFunc(func(c *config) {
		if n > 0 {
			c.content.limit = n
		}
	})
}

// WithRedactors runs texts that are recorded, and those inside the arguments and
// results of tools, through detectors first; see [redact.All]. A detector that
// panics leaves the call without content. Detectors add up and run in order. The
// default is none; nil is ignored.
func WithRedactors(detectors ...redact.Func) Option {
	return optionFunc(func(c *config) {
		for _, d := range detectors {
			if d != nil {
				c.content.redact = append(c.content.redact, d)
			}
		}
	})
}

// maxTranscript bounds what is kept of either side of a call.
const maxTranscript = 1 << 20

// transcript keeps the bytes of one side of a call until its end.
type transcript struct {
	b   []byte
	cut bool
}

func (t *transcript) add(p []byte) {
	if room := maxTranscript - len(t.b); len(p) > room {
		p, t.cut = p[:room], true
	}
	t.b = append(t.b, p...)
}

// content holds what is recorded of the messages of a call.
type content struct {
	genai.Content
	cut bool
}

// readContent reads, redacts and cuts what was said; nil where nothing is
// recorded. It fails closed: a panic leaves nothing.
func (c *call) readContent() (out *content) {
	policy := &c.t.cfg.content
	if c.asked == nil && (c.in == nil || c.in.said == nil) {
		return nil
	}
	defer func() {
		if recover() != nil {
			out = nil
			c.t.tel.decodePanic()
		}
	}()
	out = &content{}
	var request []byte
	if c.asked != nil {
		request, out.cut = c.asked.b, c.asked.cut
	}
	var answer transcript
	if c.in != nil && c.in.said != nil {
		answer = *c.in.said
	}
	out.cut = out.cut || answer.cut
	out.Content = c.api.Content(request, genai.Documents(answer.b, c.api.JSONStream))
	policy.clean(out)
	return out
}

func (p *contentPolicy) clean(c *content) {
	p.parts(c.System, c)
	for _, m := range c.Input {
		p.parts(m.Parts, c)
	}
	for _, m := range c.Output {
		p.parts(m.Parts, c)
	}
}

func (p *contentPolicy) parts(parts []genai.Part, c *content) {
	for i := range parts {
		part := &parts[i]
		part.Content = p.text(part.Content, c)
		part.URI = p.text(part.URI, c)
		part.Arguments = p.value(part.Arguments, c)
		part.Response = p.value(part.Response, c)
	}
}

// value cleans the texts inside a JSON value, keys included.
func (p *contentPolicy) value(v any, c *content) any {
	switch v := v.(type) {
	case string:
		return p.text(v, c)
	case []any:
		for i := range v {
			v[i] = p.value(v[i], c)
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[p.text(k, c)] = p.value(e, c)
		}
		return out
	default:
		return v
	}
}

func (p *contentPolicy) text(s string, c *content) string {
	for _, r := range p.redact {
		s = r(s)
	}
	if p.limit > 0 && len(s) > p.limit {
		c.cut = true
		n := p.limit
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
