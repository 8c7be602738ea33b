package otelgenai_test

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var (
	differentialCases = flag.Int("differential.cases", 2000, "requests that are made bare and through the transport")
	differentialSeed  = flag.Uint64("differential.seed", 1, "of the first of them; a failure names its own")
)

// TestTransport_IsInvisible makes requests of random shapes twice, with
// net/http's transport alone and with ours around it, and compares what the
// server received, what the caller saw, and how many connections it took.
func TestTransport_IsInvisible(t *testing.T) {
	n := *differentialCases
	if testing.Short() {
		n = min(n, 200)
	}
	w := newWorld(t)
	dropped := map[uint64]*signals{} // whose spans end when the garbage is collected
	for i := range n {
		seed := *differentialSeed + uint64(i)
		c := drawCase(seed)
		var s *signals
		var diff string
		// How many connections it takes, above all, depends on the machine's load
		// now and then, with net/http alone as well: a difference is one that stays.
		for range 20 {
			want := w.run(t, c, nil)
			s = newSignals(c.options()...)
			if diff = cmp.Diff(want, w.run(t, c, s)); diff == "" {
				break
			}
		}

		if diff != "" {
			t.Fatalf("-differential.seed %d, %+v\nbare - wrapped +\n%s", seed, c, diff)
		}
		if c.drops {
			dropped[seed] = s
			continue
		}
		require.Len(t, s.spans.Ended(), len(s.spans.Started()), "seed %d, %+v", seed, c)
		if panics, ok := s.metrics(t)["spanledger.instrumentation.panics"]; ok {
			require.Zero(t, sum(panics), "seed %d, %+v", seed, c)
		}
	}
	w.requireClosed(t, n)
	for seed, s := range dropped {
		for tries := 0; len(s.spans.Ended()) < len(s.spans.Started()); tries++ {
			require.Less(t, tries, 1000, "seed %d: %d of %d spans of dropped answers have ended", seed, len(s.spans.Ended()), len(s.spans.Started()))
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}
}
