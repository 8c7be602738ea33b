package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
)

// Kinds of a bad day.
const (
	FaultErrors    = "errors"    // a third of the calls fail
	FaultSlow      = "slow"      // answers take several seconds
	FaultExpensive = "expensive" // prompts are ten times as large
	FaultDown      = "down"      // every call fails
)

// Faults lists the kinds.
var Faults = []string{FaultErrors, FaultSlow, FaultExpensive, FaultDown}

// breakOff ends a few streams of Anthropic in the middle, after the prompt was read and
// billed; the same request is answered the second time.
func breakOff(r fakevendor.Request, a *fakevendor.Answer) {
	if r.Provider == fakevendor.ProviderAnthropic && r.Stream && r.Attempt == 0 && luckOf(string(r.Body)) < 15 {
		a.Damage = fakevendor.CutShort
	}
}

// VendorOptions are vendors on an ordinary day ("" : realistic latencies, a few
// errors), or on a bad one.
func VendorOptions(fault string, seed uint64) (fakevendor.Options, error) {
	opts := fakevendor.Options{
		Seed: seed,
		// Shortened against real vendors, so that ten seconds show something.
		Latency:       fakevendor.DurationRange{Min: 60 * time.Millisecond, Max: 350 * time.Millisecond},
		ChunkInterval: 25 * time.Millisecond,
		Faults:        fakevendor.Faults{RateLimited: 0.02, ServerError: 0.015, Overloaded: 0.01},
	}
	switch fault {
	case "":
		opts.Adjust = breakOff
	case FaultErrors:
		opts.Faults = fakevendor.Faults{RateLimited: 0.15, ServerError: 0.12, Overloaded: 0.08}
	case FaultSlow:
		opts.Latency = fakevendor.DurationRange{Min: 2 * time.Second, Max: 6 * time.Second}
	case FaultExpensive:
		opts.InputTokens = fakevendor.IntRange{Min: 8_000, Max: 60_000}
		opts.OutputTokens = fakevendor.IntRange{Min: 400, Max: 4_000}
	case FaultDown:
		opts.Faults = fakevendor.Faults{ServerError: 1}
	default:
		return opts, fmt.Errorf("unknown fault %q: use one of %s", fault, strings.Join(Faults, ", "))
	}
	return opts, nil
}
