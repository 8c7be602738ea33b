package otelgenai

import (
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
)

// ContentMode is where prompts and answers are recorded.
type ContentMode uint8

// Where prompts and answers are recorded.
const (
	NoContent    ContentMode = iota
	SpanOnly                 // as JSON in attributes of the span
	EventOnly                // in the event gen_ai.client.inference.operation.details
	SpanAndEvent             // in both
)

func (m ContentMode) onSpan() bool  { return m == SpanOnly || m == SpanAndEvent }
func (m ContentMode) onEvent() bool { return m == EventOnly || m == SpanAndEvent }

// contentModeFromEnv reads OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT.
// An unknown value means no content.
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
// of tools, as mode says. Of images, audio and files, only the kind is recorded.
// The default is the value of OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT;
// without it, no content is recorded.
func WithContentCapture(mode ContentMode) Option {
	return optionFunc(func(c *config) { c.content.mode = mode })
}

// WithMaxTextBytes shortens every recorded text to at most n bytes, at the end of
// a character, after it has been redacted. By default only the whole request and
// the whole answer are limited, to 1 MiB each; n below 1 is ignored.
func WithMaxTextBytes(n int) Option {
	return optionFunc(func(c *config) {
		if n > 0 {
			c.content.limit = n
		}
	})
}

// WithRedactors passes each recorded text, and the texts inside arguments and
// results of tools, through detectors that replace sensitive parts; see
// [redact.All]. If a detector panics, no content of the call is recorded. Several
// detectors run in order. The default is none; nil is ignored.
func WithRedactors(detectors ...redact.Func) Option {
	return optionFunc(func(c *config) {
		for _, d := range detectors {
			if d != nil {
				c.content.redact = append(c.content.redact, d)
			}
		}
	})
}

// maxTranscript is the most bytes that are kept of a request, and of an answer.
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

// readContent decodes, redacts and shortens the messages of a call; nil if content
// is not recorded. After a panic nothing is recorded.
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
