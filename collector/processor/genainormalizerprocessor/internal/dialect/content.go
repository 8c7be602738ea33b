package dialect

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// ContentPolicy is the policy for messages, prompts and results.
type ContentPolicy string

// Content policies.
const (
	ContentKeep     ContentPolicy = "keep"
	ContentDrop     ContentPolicy = "drop"
	ContentTruncate ContentPolicy = "truncate"
	ContentRedact   ContentPolicy = "redact"
)

// Guard applies a policy to the content on spans.
type Guard struct {
	Policy ContentPolicy
	// MaxBytes is the length a text is cut to by truncate and redact; 0 does
	// not cut.
	MaxBytes int
	// Patterns are replaced by Redacted.
	Patterns []*regexp.Regexp
}

// Redacted means what a pattern matched.
const Redacted = "[REDACTED]"

// commonContent are the attributes of the conventions, all generations, that
// hold content. An entry means the key itself and for all that begin with
// it and a dot.
var commonContent = []string{
	"gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions",
	"gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.retrieval.query.text", "gen_ai.retrieval.documents",
	"gen_ai.memory.query.text", "gen_ai.memory.records", "gen_ai.evaluation.explanation", "gen_ai.prompt", "gen_ai.completion",
	"gen_ai.event.content", "gen_ai.prompt_json", "gen_ai.completion_json",
}

// metadata are attributes below a content key that hold none.
var metadata = map[string]bool{"gen_ai.prompt.name": true, "gen_ai.prompt.version": true, "prompt.id": true}

// contentKeys holds what a dialect calls content. Every attribute of a GenAI span
// is compared with it, so names are sorted by their first byte.
type contentKeys struct {
	names [256][]string
}

func compileContent(lists ...[]string) contentKeys {
	var c contentKeys
	for _, list := range lists {
		for _, entry := range list {
			name := strings.TrimSuffix(entry, ".")
			c.names[name[0]] = append(c.names[name[0]], name)
		}
	}
	return c
}

func (c *contentKeys) holds(key string) bool {
	if key == "" {
		return false
	}
	for _, name := range c.names[key[0]] {
		if strings.HasPrefix(key, name) && (len(key) == len(name) || key[len(name)] == '.') {
			return !metadata[key]
		}
	}
	return false
}

func (g *Guard) active() bool { return g.Policy != "" && g.Policy != ContentKeep }

// apply guards the attributes and events of a span.
func (g *Guard) apply(span ptrace.Span, keys *contentKeys) {
	g.attributes(span.Attributes(), keys.holds)
	for _, event := range span.Events().All() {
		// The events of the conventions up to v1.36 are messages as a whole.
		// The result of an evaluation is none.
		if strings.HasPrefix(event.Name(), "gen_ai.") && event.Name() != semconv.EventEvaluationResult {
			g.attributes(event.Attributes(), messageKey)
		} else {
			g.attributes(event.Attributes(), keys.holds)
		}
	}
}

// messageKey reports whether an attribute of a message event holds content:
// all do, but for those that name the parties.
func messageKey(key string) bool {
	switch key {
	case "gen_ai.system", "gen_ai.provider.name", "role", "index", "finish_reason", "id":
		return false
	}
	return true
}

func (g *Guard) attributes(attrs pcommon.Map, holds func(string) bool) {
	if g.Policy == ContentDrop {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool { return holds(key) })
		return
	}
	for key, v := range attrs.All() {
		if holds(key) {
			g.value(v)
		}
	}
}

func (g *Guard) value(v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if text := g.text(v.Str()); text != v.Str() {
			v.SetStr(text)
		}
	case pcommon.ValueTypeMap:
		for _, inner := range v.Map().All() {
			g.value(inner)
		}
	case pcommon.ValueTypeSlice:
		for _, inner := range v.Slice().All() {
			g.value(inner)
		}
	case pcommon.ValueTypeBytes:
		if g.MaxBytes > 0 && v.Bytes().Len() > g.MaxBytes {
			raw := v.Bytes().AsRaw()[:g.MaxBytes]
			v.Bytes().FromRaw(raw)
		}
	}
}

// text redacts before it cuts: a secret cut in two would match no pattern.
func (g *Guard) text(text string) string {
	if g.Policy == ContentRedact {
		for _, p := range g.Patterns {
			text = p.ReplaceAllString(text, Redacted)
		}
	}
	if g.MaxBytes > 0 && len(text) > g.MaxBytes {
		end := g.MaxBytes
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	return text
}
