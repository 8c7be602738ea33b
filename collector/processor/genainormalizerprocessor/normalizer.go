package genainormalizerprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialects"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/metadata"
	"github.com/spanledger/spanledger/tracing/semconv"
)

type normalizer struct {
	engine    *dialect.Engine
	telemetry *metadata.Telemetry
}

func newNormalizer(set component.TelemetrySettings, cfg *Config) (*normalizer, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	return &normalizer{
		engine:    dialect.NewEngine(dialects.All(), cfg.KeepOriginal),
		telemetry: telemetry,
	}, nil
}

func (n *normalizer) processTraces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	draft := n.engine.Draft()
	defer n.engine.Release(draft)
	tally := n.telemetry.Tally()
	for _, resource := range td.ResourceSpans().All() {
		attrs := resource.Resource().Attributes()
		origin := dialect.Origin{
			Service: text(attrs, "service.name"),
			SDK:     text(attrs, "telemetry.sdk.name"),
		}
		defaults := dialect.Defaults{
			User:        text(attrs, string(semconv.UserID)),
			Department:  text(attrs, string(semconv.Department)),
			Application: text(attrs, string(semconv.Application)),
			Team:        text(attrs, string(semconv.Team)),
			CostCenter:  text(attrs, string(semconv.CostCenter)),
		}
		if defaults.Application == "" {
			defaults.Application = origin.Service
		}
		for _, scoped := range resource.ScopeSpans().All() {
			origin.Scope = scoped.Scope().Name()
			scope := n.engine.Scope(origin)
			for _, span := range scoped.Spans().All() {
				out := n.engine.Normalize(draft, scope, span, &defaults)
				if out.Recognized() {
					tally.Add(out.Dialect, out.Role, out.Malformed, out.Corrected)
				}
			}
		}
	}
	tally.Record(ctx)
	return td, nil
}

// text reads a string attribute; any other type says nothing.
func text(attrs pcommon.Map, key string) string {
	if v, ok := attrs.Get(key); ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return ""
}
