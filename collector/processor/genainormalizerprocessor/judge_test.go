package genainormalizerprocessor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// purposes are those of the calls that come out, in order.
func purposes(s started) (list []string) {
	for _, td := range s.sink.AllTraces() {
		each(td, func(span ptrace.Span) {
			if text(span.Attributes(), "spanledger.claim") != "" {
				list = append(list, text(span.Attributes(), "spanledger.purpose"))
			}
		})
	}
	return list
}

func TestPurpose_OfACallThatJudges(t *testing.T) {
	for name, tt := range map[string]struct {
		kind, own, resource, want string
	}{
		"below an evaluator":                      {"EVALUATOR", "", "", "judge"},
		"below a chain":                           {"CHAIN", "", "", ""},
		"the resource is production":              {"EVALUATOR", "", "production", "judge"},
		"the call is part of a test":              {"EVALUATOR", "test", "", "test"},
		"below a chain of a resource under test":  {"CHAIN", "", "test", "test"},
		"what the call says wins over a resource": {"CHAIN", "evaluation", "test", "evaluation"},
	} {
		t.Run(name, func(t *testing.T) {
			td := ptrace.NewTraces()
			rs := td.ResourceSpans().AppendEmpty()
			if tt.resource != "" {
				rs.Resource().Attributes().PutStr("spanledger.purpose", tt.resource)
			}
			list := rs.ScopeSpans().AppendEmpty().Spans()
			for i, kind := range []string{"LLM", "CHAIN", tt.kind} { // children come first
				span := list.AppendEmpty()
				span.SetTraceID(pcommon.TraceID{1})
				span.SetSpanID(pcommon.SpanID{byte(i + 1)})
				if i < 2 {
					span.SetParentSpanID(pcommon.SpanID{byte(i + 2)})
				}
				span.Attributes().PutStr("openinference.span.kind", kind)
			}
			call := list.At(0).Attributes()
			call.PutStr("llm.model_name", "gpt-5")
			call.PutInt("llm.token_count.prompt", 10)
			if tt.own != "" {
				call.PutStr("spanledger.purpose", tt.own)
			}
			s := start(t, func(*Config) {})
			s.send(td)
			assert.Equal(t, []string{tt.want}, purposes(s))
		})
	}
}

func TestPurpose_OfATable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "purposes.csv")
	require.NoError(t, os.WriteFile(file, []byte("application,purpose\nnightly-evals,evaluation\n"), 0o600))
	s := start(t, func(c *Config) { c.Attribution.Tables = []string{file} })
	s.send(calls(t, map[string]any{"service.name": "nightly-evals"}, map[string]any{"gen_ai.request.model": "gpt-5"}))
	assert.Equal(t, []string{"evaluation"}, purposes(s))
}
