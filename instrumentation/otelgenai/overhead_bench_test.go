package otelgenai_test

import (
	"testing"
	"time"
)

// turn is how many calls a side makes before the next has its turn: enough for
// the garbage of each to be collected in its own turn.
const turn = 2000

// BenchmarkOverhead is what a transport adds to the call of [BenchmarkCall]:
// its time less that of the bare transport in the same round, median of all
// rounds, and how many times that is what otelhttp adds. The transports take
// turns, so that whatever else the machine does falls on all alike.
func BenchmarkOverhead(b *testing.B) {
	request, answer := chatOfKilobytes()
	names := []string{"bare", "otelhttp", "otelgenai", "otelgenai without the v1.41 metrics"}
	sides := make([]*side, len(names))
	for i, name := range names {
		sides[i] = &side{caller: newCaller(wrapped(name, canned{"application/json", answer}))}
	}
	for _, s := range sides { // to warm up
		s.round(b, request)
		s.cpu, s.wall = nil, nil
	}
	bare := sides[0]
	for b.Loop() {
		for _, s := range sides {
			s.round(b, request)
		}
	}
	for _, s := range sides[1:] {
		s.over(bare)
	}
	otelhttp, ours, ours2 := sides[1], sides[2], sides[3]
	b.ReportMetric(median(otelhttp.cpu), "otelhttp-cpu-µs")
	b.ReportMetric(median(otelhttp.wall), "otelhttp-wall-µs")
	b.ReportMetric(median(ours.cpu), "otelgenai-cpu-µs")
	b.ReportMetric(median(ours.wall), "otelgenai-wall-µs")
	b.ReportMetric(median(ours2.cpu), "no-legacy-cpu-µs")
	b.ReportMetric(median(ours2.wall), "no-legacy-wall-µs")
	b.ReportMetric(median(ours.cpu)/median(otelhttp.cpu), "times-otelhttp-cpu")
	b.ReportMetric(median(ours.wall)/median(otelhttp.wall), "times-otelhttp-wall")
	b.ReportMetric(0, "ns/op") // of all sides together: says nothing
}

// side is one of the transports that are compared.
type side struct {
	caller
	cpu, wall []time.Duration // of a call, one a round
}

func (s *side) round(b *testing.B, request []byte) {
	cpu, wall := cpuTime(b), time.Now()
	for range turn {
		s.call(b, request)
	}
	s.cpu = append(s.cpu, (cpuTime(b)-cpu)/turn)
	s.wall = append(s.wall, time.Since(wall)/turn)
}

// over takes the times of another side off, round by round.
func (s *side) over(other *side) {
	for i := range s.cpu {
		s.cpu[i] -= other.cpu[i]
		s.wall[i] -= other.wall[i]
	}
}
