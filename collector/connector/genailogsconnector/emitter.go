package genailogsconnector

import "go.opentelemetry.io/collector/pdata/pcommon"

// emitter is a program that reports its LLM calls as log records.
type emitter struct {
	name string
	// prefix of its event names.
	prefix string
	// events are the ones that mean a call, with what they must say to mean it.
	// Every other record repeats these or is no call.
	events map[string][]event
	// identity is the attributes that tell one call from another, next to its
	// time: the first of them that is present, alone, if it is unique.
	unique []string
	// session is the attributes that name the run a call belongs to.
	session []string
	// resource is the attributes that only its resource has and that say whose
	// the call is.
	resource []string
	// starts says that a record has the time at which its call began.
	starts bool
}

type event struct {
	failed bool // the call did not succeed
	// only, if its key is set, is the attribute value the event must have.
	only [2]string
	// has, if set, is an attribute that the event must have.
	has string
}

// holds reports whether a record of the event's name says what the event must say.
func (ev event) holds(attrs pcommon.Map) bool {
	if _, ok := attrs.Get(ev.has); ev.has != "" && !ok {
		return false
	}
	if ev.only[0] == "" {
		return true
	}
	v, ok := attrs.Get(ev.only[0])
	return ok && v.AsString() == ev.only[1]
}

// emitters are the programs known: Claude Code (code.claude.com/docs/en/
// monitoring-usage), Codex (codex-rs/otel of openai/codex), Gemini CLI
// (docs/cli/telemetry.md of gemini-cli), Cursor (cursor.com/docs/enterprise/
// opentelemetry-export/wire) and OpenCode's plugin (src/handlers/message.ts of
// opencode-plugin-otel).
var emitters = []emitter{
	{
		name: "claude_code", prefix: "claude_code.",
		events:  map[string][]event{"api_request": {{}}, "api_error": {{failed: true}}},
		unique:  []string{"request_id"},
		session: []string{"session.id"},
	},
	{
		name: "codex", prefix: "codex.",
		// The end of an answer is two records, of which one has the counts. Requests
		// that failed are retried, and each is an attempt.
		events: map[string][]event{
			"sse_event": {
				{only: [2]string{"event.kind", "response.completed"}, has: "input_token_count"},
				{only: [2]string{"event.kind", "response.failed"}, has: "error.message", failed: true},
			},
			"api_request": {{has: "error.message", failed: true}},
		},
		unique:  []string{"response_id"},
		session: []string{"conversation.id"},
	},
	{
		name: "gemini_cli", prefix: "gemini_cli.",
		events:  map[string][]event{"api_response": {{}}, "api_error": {{failed: true}}},
		session: []string{"session.id"},
	},
	{
		name: "cursor", prefix: "cursor.",
		events: map[string][]event{
			"api_request": {{}}, "api.request": {{}}, "api_error": {{failed: true}}, "api.error": {{failed: true}},
		},
		unique:   []string{"cursor.event.id"},
		session:  []string{"cursor.conversation.id"},
		resource: []string{"cursor.user.email", "cursor.user.id", "cursor.surface"},
	},
	{
		name: "opencode", prefix: "opencode.",
		events:  map[string][]event{"api_request": {{}}, "api_error": {{failed: true}}},
		session: []string{"session.id"},
		starts:  true,
	},
}

// copyResource puts what only the resource says onto the span.
func (e *emitter) copyResource(resource, span pcommon.Map) {
	for _, key := range e.resource {
		if v, ok := resource.Get(key); ok {
			v.CopyTo(span.PutEmpty(key))
		}
	}
}

func emitterNames() []string {
	names := make([]string, len(emitters))
	for i := range emitters {
		names[i] = emitters[i].name
	}
	return names
}

// first returns the first attribute of keys that has a text.
func first(attrs pcommon.Map, keys []string) string {
	for _, key := range keys {
		if v, ok := attrs.Get(key); ok && v.AsString() != "" {
			return v.AsString()
		}
	}
	return ""
}
