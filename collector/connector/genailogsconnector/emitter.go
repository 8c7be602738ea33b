package genailogsconnector

import "go.opentelemetry.io/collector/pdata/pcommon"

// emitter is a program that reports its LLM calls as log records.
type emitter struct {
	name string
	// prefix of its event names; some of its releases write them without.
	prefix string
	// scope prefix that tells whose event it is when the prefix is missing.
	scope string
	// events are the ones that mean a call. Every other record repeats
	// these or is no call.
	events map[string]event
	// identity is the attributes that tell one call from another, next to its
	// time: the first of them that is present, alone, if it is unique.
	unique []string
	// session is the attributes that name the run a call belongs to.
	session []string
}

type event struct {
	failed bool // the call did not succeed
	// only, if its key is set, is the attribute value the event must have.
	only [2]string
}

// emitters are the programs known: Claude Code (code.claude.com/docs/en/
// monitoring-usage), Codex (codex-rs/otel of openai/codex) and Gemini CLI
// (docs/cli/telemetry.md of gemini-cli).
var emitters = []emitter{
	{
		name: "claude_code", prefix: "claude_code.", scope: "com.anthropic.claude_code",
		events:  map[string]event{"api_request": {}, "api_error": {failed: true}},
		unique:  []string{"request_id"},
		session: []string{"session.id"},
	},
	{
		name: "codex", prefix: "codex.", scope: "codex",
		events:  map[string]event{"sse_event": {only: [2]string{"event.kind", "response.completed"}}},
		unique:  []string{"response_id"},
		session: []string{"conversation.id"},
	},
	{
		name: "gemini_cli", prefix: "gemini_cli.", scope: "gemini",
		events:  map[string]event{"api_response": {}, "api_error": {failed: true}},
		session: []string{"session.id"},
	},
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
