package genainormalizerprocessor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
)

func TestContent_Policies(t *testing.T) {
	const mail = "Write to ada@example.com about PO-12345, key AKIA" + "ABCDEFGHIJKLMNOP, card 4111 1111 1111 1111."
	span := map[string]any{
		"gen_ai.input.messages": mail, "gen_ai.output.messages": []any{map[string]any{"content": mail}},
		"gen_ai.prompt.name": "triage", "gen_ai.request.model": "gpt-5",
	}
	tests := []struct {
		name    string
		content Content
		input   any
		output  any
	}{
		{"keep leaves content alone", Content{Policy: "keep"}, mail, []any{map[string]any{"content": mail}}},
		{"drop removes it", Content{Policy: "drop"}, nil, nil},
		{"truncate cuts texts wherever they are", Content{Policy: "truncate", MaxBytes: 8}, "Write to…", []any{map[string]any{"content": "Write to…"}}},
		{
			"redact replaces what has the form of a secret, and what the operator names",
			Content{Policy: "redact", Patterns: []string{`PO-\d+`}},
			"Write to [REDACTED] about [REDACTED], key [REDACTED], card [REDACTED].",
			[]any{map[string]any{"content": "Write to [REDACTED] about [REDACTED], key [REDACTED], card [REDACTED]."}},
		},
		{"redact cuts after it has replaced", Content{Policy: "redact", MaxBytes: 12}, "Write to [RE…", []any{map[string]any{"content": "Write to [RE…"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, func(c *Config) { c.Content = tt.content })
			td := calls(t, nil, span)
			s.send(td)
			got := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
			assert.Equal(t, tt.input, got["gen_ai.input.messages"])
			assert.Equal(t, tt.output, got["gen_ai.output.messages"])
			assert.Equal(t, "triage", got["gen_ai.prompt.name"], "a prompt's name is no content")
			assert.Equal(t, "gpt-5", got["gen_ai.request.model"])
		})
	}
}

func TestContent_ATextIsNeverCutInsideACharacter(t *testing.T) {
	s := start(t, func(c *Config) { c.Content = Content{Policy: "truncate", MaxBytes: 4} })
	td := calls(t, nil, map[string]any{"gen_ai.input.messages": "aäöü"})
	s.send(td)
	v, _ := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().Get("gen_ai.input.messages")
	assert.Equal(t, "aä…", v.Str())
}

func TestContent_OfMessageEventsIsGuarded(t *testing.T) {
	s := start(t, func(*Config) {})
	td := calls(t, nil, map[string]any{})
	event := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Events().AppendEmpty()
	event.SetName("gen_ai.user.message")
	require.NoError(t, event.Attributes().FromRaw(map[string]any{"content": "secret", "role": "user", "gen_ai.system": "openai"}))
	s.send(td)
	assert.Equal(t, map[string]any{"role": "user", "gen_ai.system": "openai"}, event.Attributes().AsRaw())
}

// TestContent_TheLastCollectorDecides holds that content let through by one collector
// is still guarded by the next, though the span is normalised already.
func TestContent_TheLastCollectorDecides(t *testing.T) {
	first := start(t, func(c *Config) { c.Content.Policy = dialect.ContentKeep })
	td := ptrace.NewTraces()
	ss := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	ss.Scope().SetName("langfuse-sdk")
	span := ss.Spans().AppendEmpty()
	require.NoError(t, span.Attributes().FromRaw(map[string]any{
		"langfuse.observation.type": "generation", "langfuse.observation.model.name": "gpt-5", "langfuse.observation.input": "secret",
	}))
	first.send(td)
	require.Contains(t, span.Attributes().AsRaw(), "langfuse.observation.input")
	second := start(t, func(c *Config) { c.Content.Policy = dialect.ContentDrop })
	second.send(td)
	assert.NotContains(t, span.Attributes().AsRaw(), "langfuse.observation.input")
}

func TestContent_SecretsInHeadersAreAlwaysDropped(t *testing.T) {
	s := start(t, func(c *Config) { c.Content.Policy = dialect.ContentKeep })
	td := calls(t, nil, map[string]any{"ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "gpt-5", "ai.request.headers.authorization": "Bearer key"})
	s.send(td)
	assert.NotContains(t, td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw(), "ai.request.headers.authorization")
}
