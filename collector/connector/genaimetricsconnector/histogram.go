package genaimetricsconnector

import (
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// Bucket boundaries, those of durations and tokens as the conventions prescribe.
var (
	clientBounds   = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	agentBounds    = []float64{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6}
	workflowBounds = []float64{1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200}
	scoreBounds    = []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 10, 100}
	tokenBounds    = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
)

// histogram is a cumulative explicit-bucket histogram.
type histogram struct {
	start    time.Time // of the emission before the first measurement
	bounds   []float64
	counts   []uint64
	count    uint64
	sum      float64
	min, max float64
	exemplar exemplar
}

func newHistogram(bounds []float64) histogram {
	return histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
}

// record adds one measurement; start is used if it is the first. A bucket includes its upper bound.
func (h *histogram) record(v float64, at witness, start time.Time) {
	i, _ := slices.BinarySearch(h.bounds, v)
	h.counts[i]++
	if h.count == 0 {
		h.start = start
	}
	if h.count == 0 || v < h.min {
		h.min = v
	}
	if h.count == 0 || v > h.max {
		h.max = v
	}
	h.count++
	h.sum += v
	h.exemplar.offer(v, at)
}

func (h *histogram) emit(dp pmetric.HistogramDataPoint) {
	dp.SetCount(h.count)
	dp.SetSum(h.sum)
	dp.SetMin(h.min)
	dp.SetMax(h.max)
	dp.ExplicitBounds().FromRaw(h.bounds)
	dp.BucketCounts().FromRaw(h.counts)
	h.exemplar.emit(dp.Exemplars())
}

// witness is the span of a measurement, for exemplars.
type witness struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
	time  pcommon.Timestamp
}

// exemplar keeps the largest measurement since the last emission: the slowest
// or most expensive call is the one worth opening.
type exemplar struct {
	set   bool
	value float64
	at    witness
}

func (e *exemplar) offer(v float64, at witness) {
	if !e.set || v > e.value {
		*e = exemplar{set: true, value: v, at: at}
	}
}

func (e *exemplar) emit(to pmetric.ExemplarSlice) {
	if !e.set {
		return
	}
	x := to.AppendEmpty()
	x.SetDoubleValue(e.value)
	x.SetTraceID(e.at.trace)
	x.SetSpanID(e.at.span)
	x.SetTimestamp(e.at.time)
	e.set = false
}
