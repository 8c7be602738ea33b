package prometheusexporter

import (
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// startLabel carries the start of a series, in nanoseconds, through
// OpenTelemetry's exporter, which has no place for it.
const startLabel = "spanledger_internal_start"

// started is the attributes of a series with its start.
func started(attributes attribute.Set, start time.Time) attribute.Set {
	if start.UnixNano() <= 0 {
		return attributes
	}
	return attribute.NewSet(append(attributes.ToSlice(), attribute.String(startLabel, strconv.FormatInt(start.UnixNano(), 10)))...)
}

// createdTimestamps gives counters and histograms the timestamp of their creation,
// from which Prometheus knows that they began at zero: without it the first value
// of a series is in no rate.
type createdTimestamps struct{ prometheus.Gatherer }

func (g createdTimestamps) Gather() ([]*dto.MetricFamily, error) {
	families, err := g.Gatherer.Gather()
	for _, family := range families {
		for _, m := range family.Metric {
			start := takeStart(m)
			switch {
			case start == nil:
			case m.Counter != nil:
				m.Counter.CreatedTimestamp = start
			case m.Histogram != nil:
				m.Histogram.CreatedTimestamp = start
			}
		}
	}
	return families, err
}

// takeStart removes the label with the start of a series; nil when it has none.
func takeStart(m *dto.Metric) *timestamppb.Timestamp {
	i := slices.IndexFunc(m.Label, func(l *dto.LabelPair) bool { return l.GetName() == startLabel })
	if i < 0 {
		return nil
	}
	nanos, err := strconv.ParseInt(m.Label[i].GetValue(), 10, 64)
	m.Label = slices.Delete(m.Label, i, i+1)
	if err != nil {
		return nil
	}
	return timestamppb.New(time.Unix(0, nanos))
}
