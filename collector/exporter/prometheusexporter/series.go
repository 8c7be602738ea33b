package prometheusexporter

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Reasons for which a data point is not served.
const (
	reasonSummary     = "summary"               // OpenTelemetry's exporter has no summaries
	reasonTemporality = "temporality"           // neither cumulative nor a delta that can be added up
	reasonOutdated    = "older_than_the_served" // came after one of a later time
)

// series holds the last value of every series. It is a producer of OpenTelemetry's
// SDK, and safe for concurrent use.
type series struct {
	expiration time.Duration

	mu      sync.Mutex
	streams map[streamKey]*stream
}

func newSeries(expiration time.Duration) *series {
	return &series{expiration: expiration, streams: make(map[streamKey]*stream)}
}

// streamKey identifies a metric of an instrumentation scope.
type streamKey struct {
	scope, version, schema string
	scopeAttributes        attribute.Distinct
	name, unit             string
	kind                   pmetric.MetricType
	monotonic              bool
}

// stream is the points of one metric of one scope, of all resources.
type stream struct {
	scope       instrumentation.Scope
	description string
	points      map[attribute.Distinct]*point
	bounds      []float64 // of the last histogram: most of a metric have the same
}

// point is the last value of one series, of one kind.
type point struct {
	seen        time.Time
	number      *metricdata.DataPoint[float64]
	histogram   *metricdata.HistogramDataPoint[float64]
	exponential *metricdata.ExponentialHistogramDataPoint[float64]

	start     time.Time     // for which withStart was made
	withStart attribute.Set // the attributes, and startLabel
}

// targetInfo describes a resource by its attributes, as OpenTelemetry's
// specification has it for Prometheus.
var targetInfo = streamKey{name: "target_info", kind: pmetric.MetricTypeGauge}

// add takes metrics over and returns how many points are not served, by reason.
func (s *series) add(md pmetric.Metrics, now time.Time) map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	dropped := map[string]int64{}
	for _, rm := range md.ResourceMetrics().All() {
		target := newTarget(rm.Resource())
		if info, ok := target.info(); ok {
			p := s.stream(targetInfo, instrumentation.Scope{}, "Target metadata").point(info, now)
			p.number = &metricdata.DataPoint[float64]{Attributes: info, Time: now, Value: 1}
		}
		for _, sm := range rm.ScopeMetrics().All() {
			scope := instrumentation.Scope{
				Name: sm.Scope().Name(), Version: sm.Scope().Version(), SchemaURL: sm.SchemaUrl(),
				Attributes: attributesOf(sm.Scope().Attributes()),
			}
			for _, m := range sm.Metrics().All() {
				key := streamKey{
					scope: scope.Name, version: scope.Version, schema: scope.SchemaURL, scopeAttributes: scope.Attributes.Equivalent(),
					name: m.Name(), unit: m.Unit(), kind: m.Type(),
				}
				if m.Type() == pmetric.MetricTypeSum {
					key.monotonic = m.Sum().IsMonotonic()
				}
				s.addMetric(m, key, scope, target, now, dropped)
			}
		}
	}
	return dropped
}

func (s *series) addMetric(m pmetric.Metric, key streamKey, scope instrumentation.Scope, target target, now time.Time, dropped map[string]int64) {
	st := s.stream(key, scope, m.Description())
	refuse := func(reason string) {
		if reason != "" {
			dropped[reason]++
		}
	}
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		for _, dp := range m.Gauge().DataPoints().All() {
			refuse(st.addNumber(dp, pmetric.AggregationTemporalityCumulative, target, now))
		}
	case pmetric.MetricTypeSum:
		temporality := m.Sum().AggregationTemporality()
		if temporality == pmetric.AggregationTemporalityDelta && !m.Sum().IsMonotonic() {
			temporality = pmetric.AggregationTemporalityUnspecified
		}
		for _, dp := range m.Sum().DataPoints().All() {
			refuse(st.addNumber(dp, temporality, target, now))
		}
	case pmetric.MetricTypeHistogram:
		for _, dp := range m.Histogram().DataPoints().All() {
			refuse(st.addHistogram(dp, m.Histogram().AggregationTemporality(), target, now))
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, dp := range m.ExponentialHistogram().DataPoints().All() {
			refuse(st.addExponential(dp, m.ExponentialHistogram().AggregationTemporality(), target, now))
		}
	case pmetric.MetricTypeSummary:
		dropped[reasonSummary] += int64(m.Summary().DataPoints().Len())
	}
}

func (s *series) stream(key streamKey, scope instrumentation.Scope, description string) *stream {
	st := s.streams[key]
	if st == nil {
		st = &stream{scope: scope, description: description, points: make(map[attribute.Distinct]*point)}
		s.streams[key] = st
	}
	return st
}

// point returns the series of these attributes, seen now.
func (st *stream) point(attributes attribute.Set, now time.Time) *point {
	p := st.points[attributes.Equivalent()]
	if p == nil {
		p = &point{}
		st.points[attributes.Equivalent()] = p
	}
	p.seen = now
	return p
}

// expire forgets the series that were not updated for the expiration.
func (s *series) expire(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
}

func (s *series) forget(now time.Time) {
	for key, st := range s.streams {
		for id, p := range st.points {
			if now.Sub(p.seen) > s.expiration {
				delete(st.points, id)
			}
		}
		if len(st.points) == 0 {
			delete(s.streams, key)
		}
	}
}

// Produce implements the SDK's Producer: it is called at each scrape.
func (s *series) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(time.Now())
	produced := make([]metricdata.ScopeMetrics, 0, len(s.streams))
	for key, st := range s.streams {
		produced = append(produced, metricdata.ScopeMetrics{
			Scope:   st.scope,
			Metrics: []metricdata.Metrics{{Name: key.name, Unit: key.unit, Description: st.description, Data: st.data(key)}},
		})
	}
	return produced, nil
}

func (st *stream) data(key streamKey) metricdata.Aggregation {
	switch key.kind {
	case pmetric.MetricTypeSum:
		return metricdata.Sum[float64]{
			DataPoints: pointsOf(st, func(p *point) metricdata.DataPoint[float64] {
				dp := *p.number
				if key.monotonic {
					dp.Attributes = p.started(dp.Attributes, dp.StartTime)
				}
				return dp
			}), IsMonotonic: key.monotonic,
			Temporality: metricdata.CumulativeTemporality,
		}
	case pmetric.MetricTypeHistogram:
		return metricdata.Histogram[float64]{
			DataPoints: pointsOf(st, func(p *point) metricdata.HistogramDataPoint[float64] {
				dp := *p.histogram
				dp.Attributes = p.started(dp.Attributes, dp.StartTime)
				return dp
			}),
			Temporality: metricdata.CumulativeTemporality,
		}
	case pmetric.MetricTypeExponentialHistogram:
		return metricdata.ExponentialHistogram[float64]{
			DataPoints: pointsOf(st, func(p *point) metricdata.ExponentialHistogramDataPoint[float64] {
				dp := *p.exponential
				dp.Attributes = p.started(dp.Attributes, dp.StartTime)
				return dp
			}),
			Temporality: metricdata.CumulativeTemporality,
		}
	default:
		return metricdata.Gauge[float64]{DataPoints: pointsOf(st, func(p *point) metricdata.DataPoint[float64] { return *p.number })}
	}
}

// started is the attributes with the start of the series, made once for each.
func (p *point) started(attributes attribute.Set, start time.Time) attribute.Set {
	if !p.start.Equal(start) || p.start.IsZero() {
		p.start, p.withStart = start, started(attributes, start)
	}
	return p.withStart
}

func pointsOf[D any](st *stream, of func(*point) D) []D {
	points := make([]D, 0, len(st.points))
	for _, p := range st.points {
		points = append(points, of(p))
	}
	return points
}

// attributesOf is a map as a set of the SDK, each value as text: labels are text.
func attributesOf(m pcommon.Map, more ...attribute.KeyValue) attribute.Set {
	for key, value := range m.All() {
		more = append(more, attribute.String(key, value.AsString()))
	}
	return attribute.NewSet(more...)
}
