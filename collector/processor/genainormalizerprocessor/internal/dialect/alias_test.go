package dialect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
)

func TestAlias_TheModelBehindAnAliasIsTheOneThatWasCalled(t *testing.T) {
	proxy := house()
	proxy.Alias = true
	engine := dialect.NewEngine([]*dialect.Dialect{proxy}, dialect.Options{})
	for _, tc := range []struct{ asked, answered, want string }{
		{"claude-haiku-4-5", "fast", "claude-haiku-4-5"},
		{"claude-haiku-4-5", "gpt-4o", "claude-haiku-4-5"}, // an alias may be another model's name
		{"anthropic/claude-haiku-4-5", "fast", "anthropic/claude-haiku-4-5"},
		{"gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06"},
		{"mistral-large-latest", "mistral-large-2411", "mistral-large-2411"},
		{"openrouter/openai/gpt-4o", "openai/gpt-4o", "openai/gpt-4o"},
		{"azure/our-deployment", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06"},
		{"us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude", "us.anthropic.claude-haiku-4-5-20251001-v1:0"},
		{"gpt-4o", "", ""},
	} {
		draft := engine.Draft()
		span := ptrace.NewSpan()
		require.NoError(t, span.Attributes().FromRaw(map[string]any{
			"kind": "call", "model": tc.asked, "gen_ai.response.model": tc.answered, "in": 1, "out": 1,
		}))
		engine.Normalize(draft, engine.Scope(dialect.Origin{Scope: "house"}), span, &dialect.Defaults{})
		engine.Release(draft)
		got, _ := span.Attributes().Get("gen_ai.response.model")
		assert.Equal(t, tc.want, got.AsString(), tc.asked)
	}
}
