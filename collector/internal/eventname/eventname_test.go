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
