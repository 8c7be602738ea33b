package prometheusexporter

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

func TestSeries_CountsWhatIsNotServed(t *testing.T) {
	at := time.Now()
	summary := one(func(ms pmetric.MetricSlice) {
		ms.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty()
	})
	delta := exponential(at)
	delta.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).ExponentialHistogram().
		SetAggregationTemporality(pmetric.AggregationTemporalityDelta)
	s := newSeries(time.Minute)
	assert.Empty(t, s.add(gauge(at, 1), at))
	assert.Equal(t, map[string]int64{reasonSummary: 1}, s.add(summary, at))
	assert.Equal(t, map[string]int64{reasonTemporality: 1}, s.add(delta, at))
	assert.Equal(t, map[string]int64{reasonOutdated: 2}, s.add(gauge(at.Add(-time.Second), 1), at))
}

func TestSeries_ForgetsWhatIsNotUpdated(t *testing.T) {
	at := time.Now()
	s := newSeries(time.Minute)
	s.add(gauge(at, 1), at.Add(-2*time.Minute))
	s.add(sums(at, pmetric.AggregationTemporalityCumulative, 1), at)
	produced, err := s.Produce(context.Background())
	require.NoError(t, err)
	var names []string
	for _, sm := range produced {
		for _, m := range sm.Metrics {
			names = append(names, m.Name)
		}
	}
	assert.ElementsMatch(t, []string{"target_info", "items.taken", "items.inside"}, names)
}

func TestConfig_NamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		key   string
		value any
		want  string
	}{
		{"endpoint", "", "endpoint"},
		{"metric_expiration", "0s", "metric_expiration"},
		{"translation_strategy", "Loud", "Loud"},
	} {
		cfg := createDefaultConfig().(*Config)
		settings := map[string]any{"endpoint": "127.0.0.1:0", c.key: c.value}
		require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
		assert.ErrorContains(t, cfg.Validate(), c.want)
	}
}

func TestExporter_MayEndBeforeItStarts(t *testing.T) {
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	metrics, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, metrics.Shutdown(t.Context()))
}

func TestExporter_SaysThatItsPortIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = taken.Addr().String()
	metrics, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	assert.ErrorContains(t, metrics.Start(t.Context(), componenttest.NewNopHost()), "endpoint: listen tcp "+taken.Addr().String())
	require.NoError(t, metrics.Shutdown(t.Context()))
}

func TestConfig_RejectsAnUnknownKey(t *testing.T) {
	err := confmap.NewFromStringMap(map[string]any{"endpont": "127.0.0.1:8889"}).Unmarshal(createDefaultConfig())
	assert.ErrorContains(t, err, "unknown key endpont: expected one of ")
}
