package genaimetricsconnector

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// BenchmarkMemory says what a state at its limit holds, and what an emission takes at
// most in addition: one of calls by user and agent, as applications have them, and one
// in which every metric is at its limit.
func BenchmarkMemory(b *testing.B) {
	for name, everything := range map[string]bool{"calls by user and agent": false, "every metric at its limit": true} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				limits := Limits{Users: 1000, Values: 500, Series: 50_000, Spans: 200_000}
				before := inUse()
				s := newState(limits, time.Now())
				now := time.Now()
				for i := range limits.Series {
					c := call{
						role: semconv.RoleLLM, operation: semconv.OperationChat, provider: "openai", reqModel: "gpt-5", respModel: "gpt-5-2025-08-07",
						server: "api.openai.com", port: 443, user: fmt.Sprintf("user-%d", i%1000), agent: fmt.Sprintf("agent-%d", i/1000), department: "claims", app: "intake-bot",
						costStatus: "priced", cost: udecimal.MustParse("0.0123"), ttfc: -1, length: 1.5, billable: true,
						at: witness{trace: pcommon.TraceID{1}, span: pcommon.SpanID{1}, time: pcommon.NewTimestampFromTime(now)},
					}
					c.counts = usage.Counts{usage.Input: 1000, usage.Output: 100, usage.CacheRead: 500}
					c.given = c.given.With(usage.Input).With(usage.Output)
					if everything {
						c.app, c.server, c.ttfc = fmt.Sprintf("application-%d", i/500), fmt.Sprintf("server-%d", i%500), 0.5
					}
					s.add(&c, now)
				}
				held := inUse()
				var largest int64
				points, parts := 0, 0
				s.emit(func() time.Time { return now }, true, func(md pmetric.Metrics) {
					if parts%10 == 0 {
						largest = max(largest, int64(inUse())-int64(held))
					}
					points, parts = points+md.DataPointCount(), parts+1
					runtime.KeepAlive(md)
				})
				b.ReportMetric(float64(held-before)/1e6, "MB-held")
				b.ReportMetric(float64(largest)/1e6, "MB-emission")
				b.ReportMetric(float64(points), "points")
				runtime.KeepAlive(s)
			}
		})
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
