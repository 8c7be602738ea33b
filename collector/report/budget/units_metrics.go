package budget

import "github.com/prometheus/client_golang/prometheus"

var _ prometheus.Collector = (*Units)(nil)

// What Units gives to Prometheus.
var (
	unitsDesc        = prometheus.NewDesc("spanledger_cap_units", "Runs and conversations whose usage guards have reported.", nil, nil)
	unitBytesDesc    = prometheus.NewDesc("spanledger_cap_units_bytes", "Memory that they take.", nil, nil)
	unitsDroppedDesc = prometheus.NewDesc("spanledger_cap_units_dropped_total",
		"Runs and conversations that were forgotten within a day of their last report, to make room for others.", nil, nil)
	reportsRefusedDesc = prometheus.NewDesc("spanledger_cap_reports_refused_total",
		"Counts of a guard that were not taken because their run or conversation has too many guards.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s *Units) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{unitsDesc, unitBytesDesc, unitsDroppedDesc, reportsRefusedDesc} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (s *Units) Collect(ch chan<- prometheus.Metric) {
	s.mu.Lock()
	units, bytes, dropped, refused := s.used.Len(), s.bytes, s.dropped, s.refused
	s.mu.Unlock()
	ch <- prometheus.MustNewConstMetric(unitsDesc, prometheus.GaugeValue, float64(units))
	ch <- prometheus.MustNewConstMetric(unitBytesDesc, prometheus.GaugeValue, float64(bytes))
	ch <- prometheus.MustNewConstMetric(unitsDroppedDesc, prometheus.CounterValue, float64(dropped))
	ch <- prometheus.MustNewConstMetric(reportsRefusedDesc, prometheus.CounterValue, float64(refused))
}
