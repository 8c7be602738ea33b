package prometheusexporter

import (
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"google.golang.org/protobuf/encoding/prototext"
)

// The exporter serves what contrib's serves, whose keys and names it has.
func TestExporter_ServesWhatContribServes(t *testing.T) {
	start := time.Now().Add(-time.Minute)
	for name, sent := range map[string][]pmetric.Metrics{
		"gauges":                 {gauge(start, 1), gauge(start.Add(time.Second), 2)},
		"sums, one of them down": {sums(start, pmetric.AggregationTemporalityCumulative, 5), sums(start.Add(time.Second), pmetric.AggregationTemporalityCumulative, 7)},
		"deltas":                 {sums(start, pmetric.AggregationTemporalityDelta, 5), sums(start.Add(time.Second), pmetric.AggregationTemporalityDelta, 7)},
		"a late point":           {gauge(start.Add(time.Second), 2), gauge(start, 1)},
		"histograms":             {histogram(start, pmetric.AggregationTemporalityCumulative), histogram(start.Add(time.Second), pmetric.AggregationTemporalityCumulative)},
		"histograms of deltas":   {histogram(start, pmetric.AggregationTemporalityDelta), histogram(start.Add(time.Second), pmetric.AggregationTemporalityDelta)},
		"exponential histograms": {exponential(start)},
		"a series that ends":     {gauge(start, 1), ended(start.Add(time.Second))},
		"two resources":          {gauge(start, 1), of(gauge(start, 3), "other", "i-2")},
		"no resource":            {of(gauge(start, 1), "", "")},
		"no instance":            {withoutInstance(gauge(start, 1))},
	} {
		t.Run(name, func(t *testing.T) {
			for _, config := range []map[string]any{
				{"enable_open_metrics": true},
				{"without_scope_info": true, "namespace": "acme"},
				{"translation_strategy": "NoUTF8EscapingWithSuffixes"},
			} {
				ours, theirs := served(t, NewFactory(), config, sent), served(t, prometheusexporter.NewFactory(), config, sent)
				require.NotEmpty(t, theirs)
				assert.Equal(t, theirs, ours, config)
			}
		})
	}
}

// served returns what a factory's exporter answers a scrape with: the samples as text.
func served(t *testing.T, factory exporter.Factory, config map[string]any, sent []pmetric.Metrics) []string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	cfg := factory.CreateDefaultConfig()
	settings := maps.Clone(config)
	settings["endpoint"] = address
	require.NoError(t, confmap.NewFromStringMap(settings).Unmarshal(cfg))
	require.NoError(t, cfg.(interface{ Validate() error }).Validate())
	metrics, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	host := componenttest.NewNopHost()
	require.NoError(t, metrics.Start(t.Context(), host))
	defer func() { require.NoError(t, metrics.Shutdown(t.Context())) }()
	for _, md := range sent {
		copied := pmetric.NewMetrics()
		md.CopyTo(copied)
		require.NoError(t, metrics.ConsumeMetrics(t.Context(), copied))
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
	require.NoError(t, err)
	// The one format that has native histograms and exemplars.
	req.Header.Set("Accept", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport}).Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	decoder := expfmt.NewDecoder(res.Body, expfmt.ResponseFormat(res.Header))
	var samples []string
	for {
		var family dto.MetricFamily
		if err := decoder.Decode(&family); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
		for _, m := range family.Metric {
			samples = append(samples, family.GetName()+" "+family.GetType().String()+" "+family.GetHelp()+" "+normal(m))
		}
	}
	slices.Sort(samples)
	return samples
}

// normal is a sample as text that does not depend on the order of labels. An
// empty label is none to Prometheus.
func normal(m *dto.Metric) string {
	m.Label = slices.DeleteFunc(m.Label, func(l *dto.LabelPair) bool { return l.GetValue() == "" })
	sorted := func(labels []*dto.LabelPair) {
		slices.SortFunc(labels, func(a, b *dto.LabelPair) int { return strings.Compare(a.GetName(), b.GetName()) })
	}
	sorted(m.Label)
	if h := m.Histogram; h != nil {
		for _, b := range h.Bucket {
			sorted(b.GetExemplar().GetLabel())
		}
	}
	if c := m.Counter; c != nil {
		sorted(c.GetExemplar().GetLabel())
	}
	// The encoder puts spaces in at random.
	return strings.Join(strings.Fields(prototext.Format(m)), " ")
}

// one makes metrics of one resource and one scope.
func one(fill func(pmetric.MetricSlice)) pmetric.Metrics {
	md := pmetric.NewMetrics()
	rm := md.ResourceMetrics().AppendEmpty()
	rm.Resource().Attributes().PutStr("service.name", "intake")
	rm.Resource().Attributes().PutStr("service.namespace", "claims")
	rm.Resource().Attributes().PutStr("service.instance.id", "i-1")
	rm.Resource().Attributes().PutStr("deployment.environment.name", "test")
	sm := rm.ScopeMetrics().AppendEmpty()
	sm.SetSchemaUrl("https://opentelemetry.io/schemas/1.43.0")
	sm.Scope().SetName("acme/queue")
	sm.Scope().SetVersion("1.2.3")
	sm.Scope().Attributes().PutStr("tier", "gold")
	fill(sm.Metrics())
	return md
}

// of gives metrics another resource.
func of(md pmetric.Metrics, name, instance string) pmetric.Metrics {
	attributes := md.ResourceMetrics().At(0).Resource().Attributes()
	attributes.Clear()
	if name != "" {
		attributes.PutStr("service.name", name)
		attributes.PutStr("service.instance.id", instance)
		attributes.PutStr("host.name", "h-"+instance)
	}
	return md
}

func withoutInstance(md pmetric.Metrics) pmetric.Metrics {
	md.ResourceMetrics().At(0).Resource().Attributes().Remove("service.instance.id")
	return md
}

func stamp(dp interface {
	SetTimestamp(pcommon.Timestamp)
	SetStartTimestamp(pcommon.Timestamp)
	Attributes() pcommon.Map
}, at time.Time,
) {
	dp.SetTimestamp(pcommon.NewTimestampFromTime(at))
	dp.SetStartTimestamp(pcommon.NewTimestampFromTime(at.Add(-time.Second)))
	dp.Attributes().PutStr("queue.name", "in")
	dp.Attributes().PutInt("shard", 3)
	dp.Attributes().PutBool("paused", false)
}

func gauge(at time.Time, value int64) pmetric.Metrics {
	return one(func(ms pmetric.MetricSlice) {
		m := ms.AppendEmpty()
		m.SetName("queue.fill")
		m.SetUnit("By")
		m.SetDescription("How full it is")
		dp := m.SetEmptyGauge().DataPoints().AppendEmpty()
		stamp(dp, at)
		dp.SetIntValue(value)
		ratio := ms.AppendEmpty()
		ratio.SetName("queue.share")
		ratio.SetUnit("1")
		dp = ratio.SetEmptyGauge().DataPoints().AppendEmpty()
		stamp(dp, at)
		dp.SetDoubleValue(float64(value) / 8)
	})
}

func ended(at time.Time) pmetric.Metrics {
	md := gauge(at, 0)
	md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints().At(0).
		SetFlags(pmetric.DefaultDataPointFlags.WithNoRecordedValue(true))
	return md
}

func sums(at time.Time, temporality pmetric.AggregationTemporality, value float64) pmetric.Metrics {
	return one(func(ms pmetric.MetricSlice) {
		for name, monotonic := range map[string]bool{"items.taken": true, "items.inside": false} {
			m := ms.AppendEmpty()
			m.SetName(name)
			m.SetUnit("{item}")
			sum := m.SetEmptySum()
			sum.SetIsMonotonic(monotonic)
			sum.SetAggregationTemporality(temporality)
			dp := sum.DataPoints().AppendEmpty()
			stamp(dp, at)
			dp.SetDoubleValue(value)
			exemplar(dp.Exemplars().AppendEmpty(), at, value)
		}
	})
}

func histogram(at time.Time, temporality pmetric.AggregationTemporality) pmetric.Metrics {
	return one(func(ms pmetric.MetricSlice) {
		m := ms.AppendEmpty()
		m.SetName("wait")
		m.SetUnit("s")
		h := m.SetEmptyHistogram()
		h.SetAggregationTemporality(temporality)
		dp := h.DataPoints().AppendEmpty()
		stamp(dp, at)
		dp.ExplicitBounds().FromRaw([]float64{0.5, 1, 2})
		dp.BucketCounts().FromRaw([]uint64{3, 0, 2, 1})
		dp.SetCount(6)
		dp.SetSum(7.25)
		if temporality == pmetric.AggregationTemporalityCumulative {
			// Contrib's loses those of deltas.
			exemplar(dp.Exemplars().AppendEmpty(), at, 1.5)
		}
	})
}

func exponential(at time.Time) pmetric.Metrics {
	return one(func(ms pmetric.MetricSlice) {
		m := ms.AppendEmpty()
		m.SetName("size")
		m.SetUnit("By")
		h := m.SetEmptyExponentialHistogram()
		h.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
		dp := h.DataPoints().AppendEmpty()
		stamp(dp, at)
		dp.SetScale(3)
		dp.SetZeroCount(1)
		dp.SetCount(7)
		dp.SetSum(40)
		dp.Positive().SetOffset(2)
		dp.Positive().BucketCounts().FromRaw([]uint64{1, 0, 5})
	})
}

func exemplar(e pmetric.Exemplar, at time.Time, value float64) {
	e.SetTimestamp(pcommon.NewTimestampFromTime(at))
	e.SetDoubleValue(value)
	e.SetTraceID(pcommon.TraceID{1, 15: 2})
	e.SetSpanID(pcommon.SpanID{3, 7: 4})
}
