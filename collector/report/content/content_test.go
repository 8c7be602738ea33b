package content

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestOf_ReadsMessagesAsTheyWereRecorded(t *testing.T) {
	event := func(attributes map[string]string) ledger.Log { return ledger.Log{Attributes: attributes} }
	for name, tc := range map[string]struct {
		logs []ledger.Log
		want []Part
	}{
		"none": {[]ledger.Log{event(map[string]string{"exception.message": "HTTP 429"})}, nil},
		"conventions": {[]ledger.Log{event(map[string]string{
			"gen_ai.input.messages":      `[{"role":"user","parts":[{"type":"text","content":"Where is [REDACTED]?"}]}]`,
			"gen_ai.output.messages":     `[{"role":"assistant","parts":[{"type":"tool_call","name":"look_up","arguments":{"id":7}}]}]`,
			"gen_ai.system_instructions": `[{"type":"text","content":"Be brief."}]`,
		})}, []Part{
			{System, "", "text", "Be brief."},
			{Input, "user", "text", "Where is [REDACTED]?"},
			{Output, "assistant", "tool_call", `look_up({"id":7})`},
		}},
		"cut in its midst": {[]ledger.Log{event(map[string]string{"gen_ai.input.messages": `[{"role":"user","parts":[{"ty`})},
			[]Part{{Input, "", "json", `[{"role":"user","parts":[{"ty`}}},
		"plain text": {[]ledger.Log{event(map[string]string{"gen_ai.input.messages": "hello"})}, []Part{{Input, "", "text", "hello"}}},
		"delivered by two": {[]ledger.Log{
			event(map[string]string{"gen_ai.input.messages": "hello"}), event(map[string]string{"gen_ai.input.messages": "hello"}),
		}, []Part{{Input, "", "text", "hello"}}},
		"an event a message": {[]ledger.Log{
			{EventName: "gen_ai.user.message", Body: `{"content":"hi"}`}, {EventName: "app.started", Body: "ready"},
		}, []Part{{Input, "", "json", `{"content":"hi"}`}}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, Of(tc.logs)) })
	}
}
