package genainormalizerprocessor

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// started is a running processor and what comes out of it.
type started struct {
	sink *consumertest.TracesSink
	tel  *componenttest.Telemetry
	send func(ptrace.Traces)
}

func start(t *testing.T, change func(*Config)) started {
	t.Helper()
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	change(cfg)
	require.NoError(t, cfg.Validate())
	s := started{sink: new(consumertest.TracesSink), tel: componenttest.NewTelemetry()}
	set := processortest.NewNopSettings(factory.Type())
	set.TelemetrySettings = s.tel.NewTelemetrySettings()
	p, err := factory.CreateTraces(t.Context(), set, cfg, s.sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		assert.NoError(t, p.Shutdown(context.WithoutCancel(t.Context())))
		assert.NoError(t, s.tel.Shutdown(context.WithoutCancel(t.Context())))
	})
	s.send = func(td ptrace.Traces) { require.NoError(t, p.ConsumeTraces(t.Context(), td)) }
	return s
}

// calls makes one chat span for each set of attributes, under one resource.
func calls(t *testing.T, resource map[string]any, spans ...map[string]any) ptrace.Traces {
	t.Helper()
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	require.NoError(t, rs.Resource().Attributes().FromRaw(resource))
	list := rs.ScopeSpans().AppendEmpty().Spans()
	for _, attrs := range spans {
		span := list.AppendEmpty()
		require.NoError(t, span.Attributes().FromRaw(attrs))
		span.Attributes().PutStr("gen_ai.operation.name", "chat")
		span.Attributes().PutStr("gen_ai.provider.name", "openai")
	}
	return td
}

func who(span ptrace.Span) map[string]string {
	found := map[string]string{}
	for _, key := range []string{
		"user.id", "spanledger.department", "spanledger.application", "spanledger.team", "spanledger.cost_center", "spanledger.tag.owner",
	} {
		if v, ok := span.Attributes().Get(key); ok {
			found[key] = v.Str()
		}
	}
	return found
}

func TestAttribution(t *testing.T) {
	configured := func(c *Config) {
		c.Attribution.Keys = map[string][]string{"user": {"app.user"}, "department": {"org.unit"}}
		c.Attribution.Tables = []string{"testdata/users.csv", "testdata/applications.yaml"}
	}
	tests := []struct {
		name     string
		resource map[string]any
		span     map[string]any
		want     map[string]string
	}{
		{
			"a span's own attribution holds against everything else",
			map[string]any{"service.name": "intake-bot", "org.unit": "resource"},
			map[string]any{"user.id": "u-4711", "app.user": "other", "spanledger.department": "own", "spanledger.team": "own", "spanledger.tag.owner": "own", "spanledger.cost_center": "own"},
			map[string]string{"user.id": "u-4711", "spanledger.department": "own", "spanledger.application": "intake-bot", "spanledger.team": "own", "spanledger.cost_center": "own", "spanledger.tag.owner": "own"},
		},
		{
			"a configured key on the span comes before the resource",
			map[string]any{"service.name": "other", "org.unit": "resource"},
			map[string]any{"app.user": "u-1", "org.unit": "span"},
			map[string]string{"user.id": "u-1", "spanledger.department": "span", "spanledger.application": "other"},
		},
		{
			"the resource comes before the tables",
			map[string]any{"service.name": "other", "org.unit": "resource"},
			map[string]any{"user.id": "u-4711"},
			map[string]string{"user.id": "u-4711", "spanledger.department": "resource", "spanledger.application": "other", "spanledger.team": "blue"},
		},
		{
			"tables fill the gaps",
			map[string]any{"service.name": "intake-bot"},
			map[string]any{"user.id": "u-4712"},
			map[string]string{"user.id": "u-4712", "spanledger.department": "legal", "spanledger.application": "intake-bot", "spanledger.cost_center": "cc-12", "spanledger.tag.owner": "Ada"},
		},
		{
			"what nobody knows stays away",
			nil,
			map[string]any{"user.id": "u-9"},
			map[string]string{"user.id": "u-9"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, configured)
			td := calls(t, tt.resource, tt.span)
			s.send(td)
			span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
			assert.Equal(t, tt.want, who(span))
			if own, configured := tt.span["app.user"]; configured {
				kept, ok := span.Attributes().Get("app.user")
				require.True(t, ok, "the application's own attribute stays")
				assert.Equal(t, own, kept.Str())
			}
		})
	}
}

func TestAttribution_ATableThatChangesIsUsedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.csv")
	require.NoError(t, os.WriteFile(path, []byte("user,department\nu-1,claims\n"), 0o600))
	s := start(t, func(c *Config) { c.Attribution.Tables = []string{path} })
	department := func() string {
		td := calls(t, nil, map[string]any{"user.id": "u-1"})
		s.send(td)
		return who(td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0))["spanledger.department"]
	}
	assert.Equal(t, "claims", department())
	require.NoError(t, os.WriteFile(path, []byte("user,department\nu-1,legal\n"), 0o600))
	assert.Eventually(t, func() bool { return department() == "legal" }, 10*time.Second, 20*time.Millisecond)
}

func TestAttribution_CallsWithoutARequiredAttribution(t *testing.T) {
	for _, tt := range []struct {
		policy OnMissing
		left   int
	}{{LabelMissing, 4}, {RejectMissing, 2}} {
		t.Run(string(tt.policy), func(t *testing.T) {
			s := start(t, func(c *Config) {
				c.Attribution.Required = []string{"user", "department"}
				c.Attribution.OnMissing = tt.policy
			})
			td := calls(t, nil,
				map[string]any{"user.id": "u-1", "spanledger.department": "claims"},
				map[string]any{"user.id": "u-1"},
				map[string]any{},
			)
			tool := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().AppendEmpty()
			tool.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
			s.send(td)
			assert.Equal(t, tt.left, s.sink.SpanCount(), "a tool is no call and needs no attribution")

			missing, err := s.tel.GetMetric("otelcol_processor_genai_normalizer_unattributed_calls")
			require.NoError(t, err)
			counts := map[string]int64{}
			for _, dp := range missing.Data.(metricdata.Sum[int64]).DataPoints {
				key, _ := dp.Attributes.Value("missing")
				counts[key.AsString()] = dp.Value
			}
			assert.Equal(t, map[string]int64{"user.id": 1, "spanledger.department": 2}, counts)
		})
	}
}

func TestAttribution_RejectingEverySpanLeavesNoEmptyResource(t *testing.T) {
	s := start(t, func(c *Config) {
		c.Attribution.Required = []string{"user"}
		c.Attribution.OnMissing = RejectMissing
	})
	s.send(calls(t, nil, map[string]any{}))
	for _, td := range s.sink.AllTraces() {
		assert.Zero(t, td.ResourceSpans().Len())
	}
}
