package genaimetricsconnector

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadata"
)

// forwarder passes metrics on, but for those that are derived from spans: the
// same call must not be counted twice under one name.
type forwarder struct {
	component.StartFunc
	component.ShutdownFunc

	cfg       *Config
	next      consumer.Metrics
	telemetry *metadata.TelemetryBuilder
}

var _ connector.Metrics = (*forwarder)(nil)

func newForwarder(set connector.Settings, cfg *Config, next consumer.Metrics) (*forwarder, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &forwarder{cfg: cfg, next: next, telemetry: telemetry}, nil
}

func (f *forwarder) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: f.cfg.ClientMetrics == DropClientMetrics}
}

// ConsumeMetrics forwards md without the duplicates.
func (f *forwarder) ConsumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	if f.cfg.ClientMetrics == KeepClientMetrics {
		return f.next.ConsumeMetrics(ctx, md)
	}
	dropped := int64(0)
	md.ResourceMetrics().RemoveIf(func(rm pmetric.ResourceMetrics) bool {
		rm.ScopeMetrics().RemoveIf(func(sm pmetric.ScopeMetrics) bool {
			sm.Metrics().RemoveIf(func(m pmetric.Metric) bool {
				if !derivedNames[m.Name()] {
					return false
				}
				dropped += int64(dataPoints(m))
				return true
			})
			return sm.Metrics().Len() == 0
		})
		return rm.ScopeMetrics().Len() == 0
	})
	if dropped > 0 {
		f.telemetry.ConnectorGenaiMetricsDroppedDuplicates.Add(ctx, dropped)
	}
	if md.ResourceMetrics().Len() == 0 {
		return nil
	}
	return f.next.ConsumeMetrics(ctx, md)
}

func dataPoints(m pmetric.Metric) int {
	switch m.Type() {
	case pmetric.MetricTypeSum:
		return m.Sum().DataPoints().Len()
	case pmetric.MetricTypeGauge:
		return m.Gauge().DataPoints().Len()
	case pmetric.MetricTypeHistogram:
		return m.Histogram().DataPoints().Len()
	case pmetric.MetricTypeExponentialHistogram:
		return m.ExponentialHistogram().DataPoints().Len()
	case pmetric.MetricTypeSummary:
		return m.Summary().DataPoints().Len()
	}
	return 0
}
