package genaimetricsconnector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadatatest"
)

func clientMetrics() pmetric.Metrics {
	md := pmetric.NewMetrics()
	one := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	for _, name := range []string{"gen_ai.client.token.usage", "http.client.request.duration", "gen_ai.client.inference.time_per_output_chunk"} {
		m := one.AppendEmpty()
		m.SetName(name)
		dps := m.SetEmptyHistogram().DataPoints()
		dps.AppendEmpty().SetCount(1)
		dps.AppendEmpty().SetCount(2)
	}
	only := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	only.SetName("gen_ai.client.inference.duration")
	only.SetEmptyHistogram().DataPoints().AppendEmpty()
	return md
}

func forward(t *testing.T, tel *componenttest.Telemetry, choice ClientMetrics, md pmetric.Metrics) []pmetric.Metrics {
	t.Helper()
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.ClientMetrics = choice
	set := connectortest.NewNopSettings(factory.Type())
	set.TelemetrySettings = tel.NewTelemetrySettings()
	sink := new(consumertest.MetricsSink)
	var c connector.Metrics
	c, err := factory.CreateMetricsToMetrics(t.Context(), set, cfg, sink)
	require.NoError(t, err)
	require.NoError(t, c.ConsumeMetrics(t.Context(), md))
	return sink.AllMetrics()
}

func TestForward_DropsWhatIsDerivedFromSpans(t *testing.T) {
	tel := componenttest.NewTelemetry()
	got := forward(t, tel, DropClientMetrics, clientMetrics())
	require.Len(t, got, 1)
	require.Equal(t, 1, got[0].ResourceMetrics().Len())
	var names []string
	for _, m := range got[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		names = append(names, m.Name())
	}
	assert.Equal(t, []string{"http.client.request.duration", "gen_ai.client.inference.time_per_output_chunk"}, names)

	metadatatest.AssertEqualConnectorGenaiMetricsDroppedDuplicates(t, tel,
		[]metricdata.DataPoint[int64]{{Value: 3}}, metricdatatest.IgnoreTimestamp())
	require.NoError(t, tel.Shutdown(t.Context()))
}

func TestForward_NothingWhenAllIsDerived(t *testing.T) {
	tel := componenttest.NewTelemetry()
	md := clientMetrics()
	md.ResourceMetrics().RemoveIf(func(rm pmetric.ResourceMetrics) bool {
		return rm.ScopeMetrics().At(0).Metrics().Len() > 1
	})
	assert.Empty(t, forward(t, tel, DropClientMetrics, md))
	require.NoError(t, tel.Shutdown(t.Context()))
}

func TestForward_KeepsEverythingWhenAsked(t *testing.T) {
	tel := componenttest.NewTelemetry()
	got := forward(t, tel, KeepClientMetrics, clientMetrics())
	require.Len(t, got, 1)
	assert.Equal(t, clientMetrics().DataPointCount(), got[0].DataPointCount())
	require.NoError(t, tel.Shutdown(t.Context()))
}
