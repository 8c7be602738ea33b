package genainormalizerprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/attribution"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialects"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/metadata"
	"github.com/spanledger/spanledger/tracing/semconv"
)

type normalizer struct {
	cfg       *Config
	engine    *dialect.Engine
	source    *attribution.Source
	telemetry *metadata.Telemetry
	unread    unreadLog
}

func newNormalizer(set component.TelemetrySettings, cfg *Config) (*normalizer, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	options, err := cfg.options()
	if err != nil {
		return nil, err
	}
	return &normalizer{
		cfg:       cfg,
		engine:    dialect.NewEngine(dialects.All(), options),
		source:    attribution.NewSource(cfg.Attribution.Tables, set.Logger, telemetry.TableRead),
		telemetry: telemetry,
		unread:    newUnreadLog(set.Logger),
	}, nil
}

func (n *normalizer) start(_ context.Context, host component.Host) error {
	n.unread.show(host)
	return n.source.Start()
}

func (n *normalizer) shutdown(context.Context) error {
	n.unread.hide()
	return n.source.Stop()
}

func (n *normalizer) processTraces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	draft := n.engine.Draft()
	defer n.engine.Release(draft)
	tally := n.telemetry.Tally()
	tables := n.source.Tables()
	rejected, evaluations := false, false
	for _, resource := range td.ResourceSpans().All() {
		attrs := resource.Resource().Attributes()
		origin := dialect.Origin{
			Service: text(attrs, "service.name"),
			SDK:     text(attrs, "telemetry.sdk.name"),
		}
		defaults := n.defaults(attrs)
		defaults.Tables = tables
		if defaults.Application == "" {
			defaults.Application = origin.Service
		}
		for _, scoped := range resource.ScopeSpans().All() {
			origin.Scope, origin.Version = scoped.Scope().Name(), scoped.Scope().Version()
			scope := n.engine.Scope(origin)
			scoped.Spans().RemoveIf(func(span ptrace.Span) bool {
				out := n.engine.Normalize(draft, scope, span, &defaults)
				if out.Recognized() {
					tally.Add(out.Dialect, out.Role, out.Malformed, out.Corrected)
				}
				if out.Unread != "" {
					tally.Unread(out.Unread, origin.Scope)
					n.unread.add(out.Unread, origin.Scope, span.Name())
				}
				evaluations = evaluations || out.Role == semconv.RoleEvaluation
				for _, field := range out.Missing {
					tally.Missing(field.Key())
				}
				drop := len(out.Missing) > 0 && n.cfg.Attribution.OnMissing == RejectMissing
				rejected = rejected || drop
				return drop
			})
		}
	}
	tally.Record(ctx)
	if evaluations {
		judge(td)
	}
	if rejected {
		dropEmpty(td)
	}
	return td, nil
}

// defaults reads the attribution of a resource.
func (n *normalizer) defaults(attrs pcommon.Map) dialect.Defaults {
	of := func(dimension attribution.Dimension) string {
		if v := text(attrs, dialect.FieldOf(dimension).Key()); v != "" {
			return v
		}
		for _, key := range n.cfg.Attribution.Keys[string(dimension)] {
			if v := text(attrs, key); v != "" {
				return v
			}
		}
		return ""
	}
	return dialect.Defaults{
		User:        of(attribution.User),
		Department:  of(attribution.Department),
		Application: of(attribution.Application),
		Team:        of(attribution.Team),
		CostCenter:  of(attribution.CostCenter),
		Purpose:     of(attribution.Purpose),
	}
}

// dropEmpty removes scopes and resources that rejecting left without a span.
func dropEmpty(td ptrace.Traces) {
	td.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
		resource.ScopeSpans().RemoveIf(func(scoped ptrace.ScopeSpans) bool { return scoped.Spans().Len() == 0 })
		return resource.ScopeSpans().Len() == 0
	})
}

// text reads a string attribute; any other type says nothing.
func text(attrs pcommon.Map, key string) string {
	if v, ok := attrs.Get(key); ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return ""
}
