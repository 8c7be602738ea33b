package eventname_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/spanledger/spanledger/collector/internal/eventname"
)

func TestOf_PrefersTheAttribute(t *testing.T) {
	for name, tt := range map[string]struct {
		field, attribute, body string
		of, orBody             string
	}{
		"the field":                    {"gen_ai.choice", "", "text", "gen_ai.choice", "gen_ai.choice"},
		"the attribute":                {"", "api_request", "claude_code.api_request", "api_request", "api_request"},
		"a position in the source too": {"event otel/src/events.rs:737", "codex.sse_event", "", "codex.sse_event", "codex.sse_event"},
		"the body":                     {"", "", "claude_code.api_request", "", "claude_code.api_request"},
		"none":                         {"", "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			record := plog.NewLogRecord()
			record.SetEventName(tt.field)
			if tt.attribute != "" {
				record.Attributes().PutStr(eventname.Attribute, tt.attribute)
			}
			record.Body().SetStr(tt.body)
			assert.Equal(t, tt.of, eventname.Of(record))
			assert.Equal(t, tt.orBody, eventname.OrBody(record))
		})
	}
}

func TestFull_HasThePrefixOfTheScopesAgent(t *testing.T) {
	for name, tt := range map[string]struct{ scope, attribute, body, want string }{
		"a short name":                  {"com.anthropic.claude_code.events", "user_prompt", "claude_code.user_prompt", "claude_code.user_prompt"},
		"a full name":                   {"codex_otel.log_only", "codex.tool_result", "", "codex.tool_result"},
		"a short name of another scope": {"billing", "api_request", "", "api_request"},
		"no name":                       {"com.opencode", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			record := plog.NewLogRecord()
			if tt.attribute != "" {
				record.Attributes().PutStr(eventname.Attribute, tt.attribute)
			}
			record.Body().SetStr(tt.body)
			assert.Equal(t, tt.want, eventname.Full(tt.scope, record))
		})
	}
}
