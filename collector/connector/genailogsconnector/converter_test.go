package genailogsconnector

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

var at = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func record(t testing.TB, scope string, attrs map[string]any, change func(plog.LogRecord)) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "cli")
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName(scope)
	r := sl.LogRecords().AppendEmpty()
	r.SetTimestamp(pcommon.NewTimestampFromTime(at))
	require.NoError(t, r.Attributes().FromRaw(attrs))
	if change != nil {
		change(r)
	}
	return ld
}

func convertAll(t testing.TB, ld plog.Logs, cfg *Config) []ptrace.Span {
	t.Helper()
	factory := NewFactory()
	if cfg == nil {
		cfg = factory.CreateDefaultConfig().(*Config)
	}
	sink := new(consumertest.TracesSink)
	c, err := factory.CreateLogsToTraces(t.Context(), connectortest.NewNopSettings(factory.Type()), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, c.ConsumeLogs(t.Context(), ld))
	var spans []ptrace.Span
	for _, td := range sink.AllTraces() {
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, span := range ss.Spans().All() {
					spans = append(spans, span)
				}
			}
		}
	}
	return spans
}

var claudeCall = map[string]any{
	"event.name": "api_request", "session.id": "s-1", "request_id": "req_1", "model": "claude-sonnet-4-5",
	"input_tokens": "3", "duration_ms": "1500",
}

func with(base map[string]any, more map[string]any) map[string]any {
	all := maps.Clone(base)
	maps.Copy(all, more)
	return all
}

func TestConverter_ACallBecomesASpan(t *testing.T) {
	spans := convertAll(t, record(t, "com.anthropic.claude_code.events", claudeCall, nil), nil)
	require.Len(t, spans, 1)
	span := spans[0]
	assert.Equal(t, "claude_code.api_request", span.Name())
	assert.Equal(t, ptrace.SpanKindClient, span.Kind())
	assert.Equal(t, at, span.EndTimestamp().AsTime())
	assert.Equal(t, at.Add(-1500*time.Millisecond), span.StartTimestamp().AsTime())
	assert.Equal(t, with(claudeCall, map[string]any{"spanledger.claim": "log"}), span.Attributes().AsRaw())
	assert.False(t, span.TraceID().IsEmpty())
	assert.True(t, span.ParentSpanID().IsEmpty())
	assert.Equal(t, ptrace.StatusCodeUnset, span.Status().Code())
}

func TestConverter_WhichRecordsAreCalls(t *testing.T) {
	tests := []struct {
		name  string
		scope string
		attrs map[string]any
		event string
		body  string
		want  string
	}{
		{"an event name", "any", nil, "claude_code.api_request", "", "claude_code.api_request"},
		{"a body in place of an event name", "any", nil, "", "claude_code.api_request", "claude_code.api_request"},
		{"a short name under the emitter's scope", "com.anthropic.claude_code.events", map[string]any{"event.name": "api_error"}, "", "", "claude_code.api_error"},
		{"a short name under another scope", "billing", map[string]any{"event.name": "api_request"}, "", "", ""},
		{"a prompt", "com.anthropic.claude_code.events", map[string]any{"event.name": "user_prompt"}, "", "", ""},
		{"a finished Codex answer", "codex_otel", map[string]any{"event.name": "codex.sse_event", "event.kind": "response.completed", "input_token_count": "3"}, "", "", "codex.sse_event"},
		{"the same with the position in the source", "codex_otel.log_only", map[string]any{"event.name": "codex.sse_event", "event.kind": "response.completed", "input_token_count": "3"}, "event otel/src/events/session_telemetry.rs:1187", "", "codex.sse_event"},
		{"the end of its stream, which has no counts", "codex_otel", map[string]any{"event.name": "codex.sse_event", "event.kind": "response.completed", "duration_ms": "0"}, "", "", ""},
		{"a failed Codex answer", "codex_otel", map[string]any{"event.name": "codex.sse_event", "event.kind": "response.failed", "error.message": "overloaded"}, "", "", "codex.sse_event"},
		{"a failed Codex request", "codex_otel", map[string]any{"event.name": "codex.api_request", "error.message": "http 500"}, "", "", "codex.api_request"},
		{"a Codex request that was answered", "codex_otel", map[string]any{"event.name": "codex.api_request", "http.response.status_code": int64(200)}, "", "", ""},
		{"a Codex chunk", "codex_otel", map[string]any{"event.name": "codex.sse_event", "event.kind": "response.output_text.delta"}, "", "", ""},
		{"a Gemini answer", "gemini-cli", map[string]any{"event.name": "gemini_cli.api_response"}, "", "", "gemini_cli.api_response"},
		{"the conventions' details of a call that has a span", "any", map[string]any{"gen_ai.request.model": "gpt-5"}, "gen_ai.client.inference.operation.details", "", ""},
		{"an ordinary record", "app", nil, "", "hello", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			spans := convertAll(t, record(t, tt.scope, tt.attrs, func(r plog.LogRecord) {
				r.SetEventName(tt.event)
				if tt.body != "" {
					r.Body().SetStr(tt.body)
				}
			}), nil)
			if tt.want == "" {
				assert.Empty(t, spans)
				return
			}
			require.Len(t, spans, 1)
			assert.Equal(t, tt.want, spans[0].Name())
		})
	}
}

func TestConverter_ARecordDeliveredTwiceIsOneSpan(t *testing.T) {
	gemini := map[string]any{"event.name": "gemini_cli.api_response", "session.id": "s", "input_token_count": int64(5)}
	for name, attrs := range map[string]map[string]any{"with an id of its own": claudeCall, "without an id": gemini} {
		t.Run(name, func(t *testing.T) {
			one := convertAll(t, record(t, "com.anthropic.claude_code", attrs, nil), nil)[0]
			two := convertAll(t, record(t, "com.anthropic.claude_code", attrs, nil), nil)[0]
			assert.Equal(t, one.TraceID(), two.TraceID())
			assert.Equal(t, one.SpanID(), two.SpanID())
		})
	}
}

func TestConverter_TwoCallsOfOneSessionAreTwoSpansOfOneTrace(t *testing.T) {
	one := convertAll(t, record(t, "com.anthropic.claude_code", claudeCall, nil), nil)[0]
	two := convertAll(t, record(t, "com.anthropic.claude_code", with(claudeCall, map[string]any{"request_id": "req_2"}), nil), nil)[0]
	assert.Equal(t, one.TraceID(), two.TraceID())
	assert.NotEqual(t, one.SpanID(), two.SpanID())
}

func TestConverter_TheTraceOfTheRecordIsKept(t *testing.T) {
	span := convertAll(t, record(t, "com.anthropic.claude_code", claudeCall, func(r plog.LogRecord) {
		r.SetTraceID(pcommon.TraceID{1})
		r.SetSpanID(pcommon.SpanID{2})
	}), nil)[0]
	assert.Equal(t, pcommon.TraceID{1}, span.TraceID())
	assert.Equal(t, pcommon.SpanID{2}, span.ParentSpanID())
	assert.NotEqual(t, pcommon.SpanID{2}, span.SpanID())
}

func TestConverter_AnImpossibleDurationIsNone(t *testing.T) {
	for name, value := range map[string]any{
		"negative": int64(-5), "longer than time itself": int64(1 << 62), "a word": "long", "a list": []any{int64(1)},
	} {
		t.Run(name, func(t *testing.T) {
			span := convertAll(t, record(t, "com.anthropic.claude_code", with(claudeCall, map[string]any{"duration_ms": value}), nil), nil)[0]
			assert.Equal(t, span.EndTimestamp(), span.StartTimestamp())
		})
	}
}

func TestConverter_AFailedCallIsAnError(t *testing.T) {
	span := convertAll(t, record(t, "com.anthropic.claude_code", with(claudeCall, map[string]any{"event.name": "api_error"}), nil), nil)[0]
	assert.Equal(t, ptrace.StatusCodeError, span.Status().Code())
}

func TestConverter_EmittersCanBeLeftOut(t *testing.T) {
	assert.Empty(t, convertAll(t, record(t, "com.anthropic.claude_code", claudeCall, nil), &Config{Emitters: []string{"codex"}}))
}
