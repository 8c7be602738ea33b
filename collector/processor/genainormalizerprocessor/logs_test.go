package genainormalizerprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
)

func TestLogRecords_ContentOfLogRecords(t *testing.T) {
	const details = "gen_ai.client.inference.operation.details"
	said := func(text string) []any {
		return []any{map[string]any{"role": "user", "parts": []any{map[string]any{"content": text}}}}
	}
	for _, tt := range []struct {
		name    string
		content Content
		service string
		scope   string
		event   string // event name
		attrs   map[string]any
		body    any
		want    map[string]any
		wantOf  any // body
	}{
		{
			"drop removes messages and leaves what is known of the call", Content{Policy: "drop"}, "intake", "", details,
			map[string]any{"gen_ai.input.messages": said("secret"), "gen_ai.request.model": "gpt-5"}, nil,
			map[string]any{"gen_ai.request.model": "gpt-5"}, nil,
		},
		{
			"keep leaves them", Content{Policy: "keep"}, "intake", "", details,
			map[string]any{"gen_ai.input.messages": said("secret")}, nil,
			map[string]any{"gen_ai.input.messages": said("secret")}, nil,
		},
		{
			"redact reaches into their structure", Content{Policy: "redact"}, "intake", "", details,
			map[string]any{"gen_ai.output.messages": said("write to ada@example.com")}, nil,
			map[string]any{"gen_ai.output.messages": said("write to [REDACTED]")}, nil,
		},
		{
			"truncate cuts them", Content{Policy: "truncate", MaxBytes: 5}, "intake", "", details,
			map[string]any{"gen_ai.output.messages": said("write to ada")}, nil,
			map[string]any{"gen_ai.output.messages": []any{map[string]any{"role": "user", "parts": []any{map[string]any{"content": "write…"}}}}}, nil,
		},
		{
			"the body of an older message event is the message", Content{Policy: "drop"}, "intake", "", "gen_ai.user.message",
			map[string]any{"gen_ai.system": "openai"}, map[string]any{"content": "secret", "role": "user"},
			map[string]any{"gen_ai.system": "openai"}, map[string]any{"role": "user"},
		},
		{
			"so it is when it is a text", Content{Policy: "drop"}, "intake", "", "gen_ai.choice",
			map[string]any{}, "secret", map[string]any{}, nil,
		},
		{
			"a command line agent has names of its own", Content{Policy: "drop"}, "claude-code", "", "claude_code.user_prompt",
			map[string]any{"prompt": "secret", "prompt_length": int64(6)}, nil,
			map[string]any{"prompt_length": int64(6)}, nil,
		},
		{
			"its names may lack the prefix that its scope tells", Content{Policy: "drop"}, "claude-code", "com.anthropic.claude_code.events", "",
			map[string]any{"event.name": "tool_decision", "tool_parameters": "secret", "prompt": "secret", "prompt.id": "p-1"}, "claude_code.tool_decision",
			map[string]any{"event.name": "tool_decision", "prompt.id": "p-1"}, "claude_code.tool_decision",
		},
		{
			"the name of the event may be a position in the source", Content{Policy: "drop"}, "codex_exec", "", "event otel/src/tool_result.rs:54",
			map[string]any{"event.name": "codex.tool_result", "arguments": "secret", "output": "secret", "tool_name": "shell"}, nil,
			map[string]any{"event.name": "codex.tool_result", "tool_name": "shell"}, nil,
		},
		{
			"what an application says is its own affair", Content{Policy: "drop"}, "intake", "", "",
			map[string]any{"prompt": "approve? [y/n]"}, "asked for approval",
			map[string]any{"prompt": "approve? [y/n]"}, "asked for approval",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			factory := NewFactory()
			cfg := factory.CreateDefaultConfig().(*Config)
			cfg.Content = tt.content
			sink := new(consumertest.LogsSink)
			p, err := factory.CreateLogs(t.Context(), processortest.NewNopSettings(factory.Type()), cfg, sink)
			require.NoError(t, err)
			ld := plog.NewLogs()
			resource := ld.ResourceLogs().AppendEmpty()
			resource.Resource().Attributes().PutStr("service.name", tt.service)
			scoped := resource.ScopeLogs().AppendEmpty()
			scoped.Scope().SetName(tt.scope)
			record := scoped.LogRecords().AppendEmpty()
			record.SetEventName(tt.event)
			require.NoError(t, record.Attributes().FromRaw(tt.attrs))
			require.NoError(t, record.Body().FromRaw(tt.body))
			require.NoError(t, p.ConsumeLogs(t.Context(), ld))
			got := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
			assert.Equal(t, tt.want, got.Attributes().AsRaw())
			assert.Equal(t, tt.wantOf, got.Body().AsRaw())
		})
	}
}
