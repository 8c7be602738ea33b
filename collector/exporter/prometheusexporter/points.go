package prometheusexporter

import (
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// take decides about one data point: into which series it goes, or the reason
// for which it is not served. A point without a value ends its series.
func (st *stream) take(attributes attribute.Set, flags pmetric.DataPointFlags, at pcommon.Timestamp, latest func(*point) time.Time,
	temporality pmetric.AggregationTemporality, now time.Time,
) (p *point, reason string) {
	if flags.NoRecordedValue() {
		delete(st.points, attributes.Equivalent())
		return nil, ""
	}
	if temporality == pmetric.AggregationTemporalityUnspecified {
		return nil, reasonTemporality
	}
	if p := st.points[attributes.Equivalent()]; p != nil && at.AsTime().Before(latest(p)) {
		return nil, reasonOutdated
	}
	return st.point(attributes, now), ""
}

func (st *stream) addNumber(dp pmetric.NumberDataPoint, temporality pmetric.AggregationTemporality, target target, now time.Time) (reason string) {
	attributes := target.attributes(dp.Attributes())
	p, reason := st.take(attributes, dp.Flags(), dp.Timestamp(), func(p *point) time.Time { return p.number.Time }, temporality, now)
	if p == nil {
		return reason
	}
	if p.number == nil {
		p.number = new(metricdata.DataPoint[float64])
	}
	value := dp.DoubleValue()
	if dp.ValueType() == pmetric.NumberDataPointValueTypeInt {
		value = float64(dp.IntValue())
	}
	start := dp.StartTimestamp().AsTime()
	if temporality == pmetric.AggregationTemporalityDelta {
		value += p.number.Value
		start = begun(p.number.StartTime, start)
	}
	*p.number = metricdata.DataPoint[float64]{
		Attributes: attributes, StartTime: start, Time: dp.Timestamp().AsTime(),
		Value: value, Exemplars: exemplars(dp.Exemplars()),
	}
	return ""
}

// begun is when a series that is added up began: with its first point.
func begun(first, now time.Time) time.Time {
	if first.IsZero() {
		return now
	}
	return first
}

func (st *stream) addHistogram(dp pmetric.HistogramDataPoint, temporality pmetric.AggregationTemporality, target target, now time.Time) (reason string) {
	attributes := target.attributes(dp.Attributes())
	p, reason := st.take(attributes, dp.Flags(), dp.Timestamp(), func(p *point) time.Time { return p.histogram.Time }, temporality, now)
	if p == nil {
		return reason
	}
	if p.histogram == nil {
		p.histogram = new(metricdata.HistogramDataPoint[float64])
	}
	last := *p.histogram
	*p.histogram = metricdata.HistogramDataPoint[float64]{
		Attributes: attributes, StartTime: dp.StartTimestamp().AsTime(), Time: dp.Timestamp().AsTime(),
		Count: dp.Count(), Sum: dp.Sum(), Bounds: st.boundsOf(dp), BucketCounts: dp.BucketCounts().AsRaw(),
		Exemplars: exemplars(dp.Exemplars()),
	}
	// Buckets of other bounds cannot be added: the series starts again, as it
	// would with a new process.
	if temporality == pmetric.AggregationTemporalityDelta && slices.Equal(last.Bounds, p.histogram.Bounds) &&
		len(last.BucketCounts) == len(p.histogram.BucketCounts) {
		p.histogram.StartTime = begun(last.StartTime, p.histogram.StartTime)
		p.histogram.Count += last.Count
		p.histogram.Sum += last.Sum
		for i, n := range last.BucketCounts {
			p.histogram.BucketCounts[i] += n
		}
	}
	return ""
}

// boundsOf is the bounds of a histogram, in the memory of the one before if that has the
// same.
func (st *stream) boundsOf(dp pmetric.HistogramDataPoint) []float64 {
	same := len(st.bounds) == dp.ExplicitBounds().Len()
	for i := 0; same && i < len(st.bounds); i++ {
		same = st.bounds[i] == dp.ExplicitBounds().At(i)
	}
	if !same {
		st.bounds = dp.ExplicitBounds().AsRaw()
	}
	return st.bounds
}

// defaultZeroThreshold is Prometheus' for native histograms.
const defaultZeroThreshold = 1e-128

func (st *stream) addExponential(dp pmetric.ExponentialHistogramDataPoint, temporality pmetric.AggregationTemporality, target target, now time.Time) (reason string) {
	if temporality == pmetric.AggregationTemporalityDelta {
		temporality = pmetric.AggregationTemporalityUnspecified
	}
	attributes := target.attributes(dp.Attributes())
	p, reason := st.take(attributes, dp.Flags(), dp.Timestamp(), func(p *point) time.Time { return p.exponential.Time }, temporality, now)
	if p == nil {
		return reason
	}
	threshold := dp.ZeroThreshold()
	if threshold == 0 {
		threshold = defaultZeroThreshold
	}
	if p.exponential == nil {
		p.exponential = new(metricdata.ExponentialHistogramDataPoint[float64])
	}
	*p.exponential = metricdata.ExponentialHistogramDataPoint[float64]{
		Attributes: attributes, StartTime: dp.StartTimestamp().AsTime(), Time: dp.Timestamp().AsTime(),
		Count: dp.Count(), Sum: dp.Sum(), Scale: dp.Scale(), ZeroCount: dp.ZeroCount(), ZeroThreshold: threshold,
		PositiveBucket: buckets(dp.Positive()), NegativeBucket: buckets(dp.Negative()), Exemplars: exemplars(dp.Exemplars()),
	}
	return ""
}

func buckets(b pmetric.ExponentialHistogramDataPointBuckets) metricdata.ExponentialBucket {
	return metricdata.ExponentialBucket{Offset: b.Offset(), Counts: b.BucketCounts().AsRaw()}
}

func exemplars(slice pmetric.ExemplarSlice) []metricdata.Exemplar[float64] {
	if slice.Len() == 0 {
		return nil
	}
	list := make([]metricdata.Exemplar[float64], 0, slice.Len())
	for _, e := range slice.All() {
		if e.TraceID().IsEmpty() {
			continue // it would lead nowhere
		}
		value := e.DoubleValue()
		if e.ValueType() == pmetric.ExemplarValueTypeInt {
			value = float64(e.IntValue())
		}
		traceID, spanID := e.TraceID(), e.SpanID()
		list = append(list, metricdata.Exemplar[float64]{Time: e.Timestamp().AsTime(), Value: value, TraceID: traceID[:], SpanID: spanID[:]})
	}
	return list
}
