package otelgenai_test

import (
	"net/http"
	"testing"
	"time"
)

// turn is how many calls a side makes before the next has its turn: enough for
// the garbage of each to be collected in its own turn.
const turn = 2000

// BenchmarkOverhead measures what a transport adds to the call of [BenchmarkCall]:
// its time less that of the bare transport in the same round, median of all
// rounds, and the ratio of that to what otelhttp adds. The transports take
// turns, so that whatever else the machine does falls on all alike. In addition to
// otelgenai it measures the SDK alone for the same signals, and the transport
// where no SDK records them.
func BenchmarkOverhead(b *testing.B) {
	request, answer := chatOfKilobytes()
	base := canned{"application/json", answer}
	bare := newSide("bare", wrapped("bare", base))
	otelhttp := newSide("otelhttp", wrapped("otelhttp", base))
	ours := newSide("otelgenai", wrapped("otelgenai", base))
	others := []*side{
		otelhttp, ours,
		newSide("no-v1.41-pair", wrapped("otelgenai without the v1.41 metrics", base)),
		newSide("sdk-alone", newReplay(b, base, request)),
		newSide("no-sdk", wrapped("otelgenai without an SDK", base)),
	}
	sides := append([]*side{bare}, others...)
	for _, s := range sides { // to warm up
		s.round(b, request)
		s.cpu, s.wall = nil, nil
	}
	for b.Loop() {
		for _, s := range sides {
			s.round(b, request)
		}
	}
	for _, s := range others {
		s.less(bare)
		b.ReportMetric(median(s.cpu), s.name+"-cpu-µs")
		b.ReportMetric(median(s.wall), s.name+"-wall-µs")
	}
	b.ReportMetric(median(ours.cpu)/median(otelhttp.cpu), "times-otelhttp-cpu")
	b.ReportMetric(median(ours.wall)/median(otelhttp.wall), "times-otelhttp-wall")
	b.ReportMetric(0, "ns/op") // of all sides together: says nothing
}

// side is one of the transports that are compared.
type side struct {
	name string
	caller
	cpu, wall []time.Duration // of a call, one a round
}

func newSide(name string, rt http.RoundTripper) *side {
	return &side{name: name, caller: newCaller(rt)}
}

func (s *side) round(b *testing.B, request []byte) {
	cpu, wall := cpuTime(b), time.Now()
	for range turn {
		s.call(b, request)
	}
	s.cpu = append(s.cpu, (cpuTime(b)-cpu)/turn)
	s.wall = append(s.wall, time.Since(wall)/turn)
}

// less takes the times of another side off, round by round.
func (s *side) less(other *side) {
	for i := range s.cpu {
		s.cpu[i] -= other.cpu[i]
		s.wall[i] -= other.wall[i]
	}
}
