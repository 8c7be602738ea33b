// Command peers makes one whole and one streamed chat completion through this
// project's transport and the other Go instrumentations that it builds, and
// prints what each leaves of them: the bytes, the counts, the cost, and what it
// adds to a call. It is run by hand: see run.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// turn is how many calls a side makes before the next has its turn; the
// medians are of so many rounds.
const (
	turn   = 1000
	rounds = 25
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run() error {
	fmt.Println("| | request | answer | stream | input, cached, output, reasoning: whole | streamed | cost | CPU time | allocations |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --: | --: |")
	added, allocations, err := overhead()
	if err != nil {
		return err
	}
	for i, s := range sides {
		whole, err := observe(s, false)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		streamed, err := observe(s, true)
		if err != nil {
			return fmt.Errorf("%s, streamed: %w", s.name, err)
		}
		fmt.Printf("| %s | %s | %s | %s | %s | %s | %s | %.1f µs | %.0f |\n", s.name, same(whole.request == wholeRequest && streamed.request == streamRequest),
			same(whole.answer == wholeAnswer), same(streamed.answer == streamAnswer), whole.counts, streamed.counts, whole.cost,
			float64(added[i].Nanoseconds())/1000, allocations[i])
	}
	return nil
}

func same(ok bool) string {
	if ok {
		return "as it was"
	}
	return "another"
}

// observation holds the traces that a call leaves.
type observation struct {
	request, answer string // that the vendor and the caller got
	counts, cost    string // of the span
}

func observe(s side, stream bool) (observation, error) {
	spans := tracetest.NewSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	vendor := &vendor{}
	call := s.open(vendor, tp, meters())
	answer, err := call(context.Background(), stream)
	if err != nil {
		return observation{}, err
	}
	o := observation{request: vendor.got, answer: answer, counts: "no span", cost: "none"}
	for range 100 { // some end their span after the caller has all
		if len(spans.Ended()) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if ended := spans.Ended(); len(ended) > 0 {
		o.counts, o.cost = describe(ended[len(ended)-1].Attributes(), s)
	}
	return o, nil
}

func meters() *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

// overhead is the CPU time and the allocations that each side adds to a
// whole call, the garbage collected included. The sides take turns.
func overhead() (added []time.Duration, allocations []float64, err error) {
	var calls []call
	for _, s := range append([]side{bare}, sides...) {
		calls = append(calls, s.open(&vendor{}, sdktrace.NewTracerProvider(), meters()))
	}
	times := make([][]time.Duration, len(calls))
	allocations = make([]float64, len(calls))
	for round := range rounds + 1 {
		for i, call := range calls {
			before, mallocs := processorTime(), countAllocations()
			for range turn {
				if _, err := call(context.Background(), false); err != nil {
					return nil, nil, err
				}
			}
			if round > 0 { // the first warms up
				times[i] = append(times[i], (processorTime()-before)/turn)
				allocations[i] = float64(countAllocations()-mallocs) / turn
			}
		}
	}
	for i := range calls[1:] {
		less := slices.Clone(times[i+1])
		for round := range less {
			less[round] -= times[0][round]
		}
		slices.Sort(less)
		added = append(added, less[len(less)/2])
		allocations[i+1] -= allocations[0]
	}
	return added, allocations[1:], nil
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
