package genaimetricsconnector

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// from says where a batch comes from; an empty environment is not said.
func from(environment string, td ptrace.Traces) ptrace.Traces {
	if environment != "" {
		td.ResourceSpans().At(0).Resource().Attributes().PutStr("deployment.environment.name", environment)
	}
	return td
}

func TestEnvironments_AreKeptApart(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	for _, environment := range []string{"production", "staging", "staging", ""} {
		require.NoError(t, d.ConsumeTraces(t.Context(), from(environment, spans(t, chat(nil),
			map[string]any{"spanledger.role": "agent", "gen_ai.agent.name": "triage"}))))
	}
	md := d.state.emitted(time.Unix(1, 0), true)
	cases := map[string]string{
		"spanledger.calls":                 " 1",
		"spanledger.cost":                  " 0.001",
		"spanledger.tokens":                " type=output 20",
		"gen_ai.client.inference.duration": " count=1 sum=0.5",
		"gen_ai.client.token.usage":        " gen_ai.token.type=output count=1 sum=20",
		"gen_ai.invoke_agent.duration":     " count=1 sum=0.5",
	}
	for metric, once := range cases {
		var got []string
		for _, line := range lines(md, metric) {
			if !strings.Contains(line, "type=") || strings.Contains(line, "type=output") {
				got = append(got, line)
			}
		}
		require.Len(t, got, 3, metric)
		for _, line := range got {
			alone := strings.HasSuffix(line, once)
			assert.Equal(t, alone, !strings.Contains(line, "environment=staging"), line)
		}
	}
}

func TestEnvironments_BeyondTheLimitAreCountedTogether(t *testing.T) {
	d, _ := newTestDeriver(t, func(c *Config) { c.Limits.Values = 2 })
	for _, environment := range []string{"production", "staging", "pr-1", "pr-2"} {
		require.NoError(t, d.ConsumeTraces(t.Context(), from(environment, spans(t, chat(nil)))))
	}
	got := strings.Join(lines(d.state.emitted(time.Unix(1, 0), true), "spanledger.calls"), "\n")
	assert.Contains(t, got, "environment=production")
	assert.Contains(t, got, "environment=staging")
	assert.Regexp(t, `environment=\(other\).* 2(\n|$)`, got)
	assert.NotContains(t, got, "pr-")
}

func TestEnvironments_AnUnusedOneMakesRoom(t *testing.T) {
	d, _ := newTestDeriver(t, func(c *Config) { c.Limits.Values = 1 })
	clock := time.Unix(1000, 0)
	d.now = func() time.Time { return clock }
	// One value a label: the other labels of chat have one each.
	call := func() map[string]any { return chat(map[string]any{"gen_ai.response.model": "gpt-5"}) }
	require.NoError(t, d.ConsumeTraces(t.Context(), from("pr-1", spans(t, call()))))
	clock = clock.Add(2 * time.Hour)
	require.NoError(t, d.flush(t.Context(), d.calls.release))
	require.NoError(t, d.ConsumeTraces(t.Context(), from("pr-2", spans(t, call()))))
	assert.Contains(t, lines(d.state.emitted(clock, true), "spanledger.calls")[0], "environment=pr-2")
}
