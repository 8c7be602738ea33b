package budgetguard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// reported answers a report of caps with it and what others have.
func (c *collector) reported(w http.ResponseWriter, req *http.Request) {
	var report budgetguard.CapReport
	if err := json.NewDecoder(req.Body).Decode(&report); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.reports = append(c.reports, report)
	state := budgetguard.CapState{AsOf: time.Now(), LedgerError: c.ledger}
	for _, u := range report.Units {
		state.Units = append(state.Units, budgetguard.UnitState{UnitID: u.UnitID, Count: c.others[u.UnitID].Add(u.Count)})
	}
	_ = json.NewEncoder(w).Encode(state)
}

// runOf is a context in the run of a number.
func runOf(t testing.TB, n uint32) context.Context {
	id := trace.TraceID{15: byte(n), 14: byte(n >> 8), 13: byte(n >> 16), 0: 1}
	return trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: trace.SpanID{1}}))
}

const firstRun = "01000000000000000000000000000001"

// check asks the guard about a call with what the context says.
func check(g *budgetguard.Guard, ctx context.Context) ([]attribute.KeyValue, error) {
	p := call
	p.Attributes = append(p.Attributes[:len(p.Attributes):len(p.Attributes)], instrument.ContextAttributes(ctx)...)
	return g.Check(ctx, p)
}

// allowed is how many of n calls leave, and the error of the last that does not.
func allowed(g *budgetguard.Guard, ctx context.Context, n int) (passed int, stopped *budgetguard.CapExceededError) {
	for range n {
		_, err := check(g, ctx)
		if err == nil {
			passed++
		} else if !errors.As(err, &stopped) {
			panic(err)
		}
	}
	return passed, stopped
}

func TestCaps_StopAtTheirLimit(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, log := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "one run", Per: budgetguard.PerRun, Calls: 3}))
		require.NoError(t, guard.Ready(t.Context()))
		passed, err := allowed(guard, runOf(t, 1), 5)
		assert.Equal(t, 3, passed)
		require.NotNil(t, err)
		assert.Equal(t, "cap_exceeded", err.ErrorType())
		assert.EqualError(t, err, `budgetguard: cap "one run" of run `+firstRun+`: calls: 3 of 3 used: start another run, or raise calls of the cap`)
		passed, _ = allowed(guard, runOf(t, 2), 3)
		assert.Equal(t, 3, passed, "another run")
		passed, _ = allowed(guard, t.Context(), 9)
		assert.Equal(t, 9, passed, "calls of no run")
		assert.Equal(t, 1, strings.Count(log.String(), "LLM cap is reached"), "once a run: %s", log)
		attrs, refused := check(guard, runOf(t, 1))
		require.Error(t, refused)
		assert.Equal(t, []attribute.KeyValue{semconv.CapName.String("one run"), semconv.CapPer.String("run"), semconv.CapLimit.String("calls")}, attrs)
	})
}

func TestCaps_OfConversationsSpanRuns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "chat", Per: budgetguard.PerConversation, Calls: 3}))
		require.NoError(t, guard.Ready(t.Context()))
		passed, _ := allowed(guard, tracing.WithConversation(runOf(t, 1), "c-1"), 2)
		assert.Equal(t, 2, passed)
		passed, err := allowed(guard, tracing.WithConversation(runOf(t, 2), "c-1"), 2)
		assert.Equal(t, 1, passed)
		require.NotNil(t, err)
		assert.Equal(t, "c-1", err.ID)
		passed, _ = allowed(guard, tracing.WithConversation(runOf(t, 2), "c-2"), 3)
		assert.Equal(t, 3, passed)
	})
}

func TestCaps_OfAMinute(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "slow", Per: budgetguard.PerRun, CallsPerMinute: 2}))
		require.NoError(t, guard.Ready(t.Context()))
		passed, err := allowed(guard, runOf(t, 1), 3)
		assert.Equal(t, 2, passed)
		require.NotNil(t, err)
		assert.True(t, err.Reset.Equal(time.Now().Add(time.Minute)), err.Reset)
		assert.ErrorContains(t, err, "calls_per_minute: 2 of 2 used in this minute: wait until 2000-01-01T00:01:00Z")
		pass(time.Minute)
		passed, _ = allowed(guard, runOf(t, 1), 3)
		assert.Equal(t, 2, passed, "refused calls count for nothing")
	})
}

func TestCaps_OfDepth(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "flat", Per: budgetguard.PerRun, Depth: 2}))
		require.NoError(t, guard.Ready(t.Context()))
		ctx := runOf(t, 1)
		for depth := range 4 {
			_, err := check(guard, ctx)
			if depth <= 2 {
				assert.NoError(t, err, depth)
			} else {
				assert.ErrorContains(t, err, `depth: 3 of 2 agents deep: reduce the nesting of agents`)
			}
			var span *tracing.Span
			ctx, span = tracing.StartAgent(ctx, "again")
			defer span.End(nil)
		}
	})
}

// done is an answered call of gpt-4o that costs 0.0125 USD by the built-in list: 2.50
// and 10 USD a million.
func done() otelgenai.Call {
	return otelgenai.Call{
		Provider: "openai", RequestModel: "gpt-4o", ResponseModel: "gpt-4o", StatusCode: 200, UsageSource: semconv.UsageReported,
		Start: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Usage: usage.Counts{usage.Input: 1000, usage.Output: 1000},
	}
}

func TestCaps_OfAnAmount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "cheap", Per: budgetguard.PerRun, Amount: udecimal.MustParse("0.025")}))
		require.NoError(t, guard.Ready(t.Context()))
		ctx := runOf(t, 1)
		passed := 0
		var err error
		for range 9 {
			if _, err = check(guard, ctx); err != nil {
				break
			}
			passed++
			guard.Observe(ctx, done())
		}
		assert.Equal(t, 2, passed)
		assert.EqualError(t, err, `budgetguard: cap "cheap" of run `+firstRun+`: amount: 0.025 of 0.025 USD spent: start another run, or raise amount of the cap`)
		guard.Observe(runOf(t, 2), done())
		_, err = check(guard, runOf(t, 2))
		assert.NoError(t, err, "another run")
	})
}

func TestCaps_CountOtherProcesses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		run := budgetguard.UnitID{Per: budgetguard.PerRun, ID: firstRun}
		c := &collector{state: state(), others: map[budgetguard.UnitID]budgetguard.Count{run: {Calls: 6, Spent: udecimal.MustParse("1")}}}
		guard, _ := follow(t, c, budgetguard.WithCap(budgetguard.Cap{Name: "ten", Per: budgetguard.PerRun, Calls: 10, Amount: udecimal.MustParse("2")}))
		require.NoError(t, guard.Ready(t.Context()))
		passed, _ := allowed(guard, runOf(t, 1), 1)
		assert.Equal(t, 1, passed)
		pass(time.Second) // asked as soon as the run begins
		passed, err := allowed(guard, runOf(t, 1), 9)
		assert.Equal(t, 3, passed, "six elsewhere, one before")
		require.NotNil(t, err)
		assert.Equal(t, "10", err.Used.String())
		pass(5 * time.Second)
		passed, _ = allowed(guard, runOf(t, 1), 9)
		assert.Zero(t, passed, "own calls count once, however often they are reported")

		c.change(func(c *collector) { c.others[run] = budgetguard.Count{Spent: udecimal.MustParse("2")} })
		pass(3 * time.Second)
		_, err = allowed(guard, runOf(t, 1), 1)
		require.NotNil(t, err)
		assert.Equal(t, "amount", err.Limit)
	})
}

func TestCaps_OfTheCollectorAreEnforced(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := state()
		s.Caps = []budgetguard.Cap{
			{Name: "claims", Per: budgetguard.PerRun, Calls: 2, Scope: []budgetguard.Condition{is("department", "claims")}},
			{Name: "support", Per: budgetguard.PerRun, Calls: 1, Scope: []budgetguard.Condition{is("department", "support")}},
			{Name: "unknown", Per: budgetguard.PerRun, Calls: 1, Scope: []budgetguard.Condition{is("environment", "production")}},
			{Name: "of a later version", Per: "week", Calls: 1},
		}
		c := &collector{state: s}
		guard, log := follow(t, c)
		require.NoError(t, guard.Ready(t.Context()))
		passed, err := allowed(guard, runOf(t, 1), 4)
		assert.Equal(t, 2, passed)
		require.NotNil(t, err)
		assert.Equal(t, "claims", err.Cap)
		pass(time.Minute)
		assert.Equal(t, 2, strings.Count(log.String(), "LLM cap is not enforced"), log)

		c.change(func(c *collector) { c.state.Caps = nil })
		pass(time.Minute)
		passed, _ = allowed(guard, runOf(t, 1), 4)
		assert.Equal(t, 4, passed, "the cap was removed")
	})
}

func TestCaps_WithoutTheCollector(t *testing.T) {
	three := budgetguard.WithCap(budgetguard.Cap{Name: "three", Per: budgetguard.PerRun, Calls: 3})
	t.Run("calls go, and this process is counted", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			guard, log := follow(t, &collector{state: state(), down: true}, three)
			pass(time.Hour)
			passed, _ := allowed(guard, runOf(t, 1), 5)
			assert.Equal(t, 3, passed)
			assert.ErrorContains(t, guard.Err(), "connection refused")
			assert.Equal(t, 1, strings.Count(log.String(), "LLM caps count only this process"))
		})
	})
	t.Run("calls stay, failing closed", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			c := &collector{state: state()}
			guard, _ := follow(t, c, three, budgetguard.WithFailClosed())
			require.NoError(t, guard.Ready(t.Context()))
			_, err := check(guard, runOf(t, 1))
			require.NoError(t, err)
			c.change(func(c *collector) { c.ledger = "store is down" })
			pass(time.Hour)
			_, err = check(guard, runOf(t, 2))
			var unknown *budgetguard.StateUnknownError
			require.ErrorAs(t, err, &unknown)
			assert.ErrorContains(t, err, "the collector cannot read its ledger: store is down")
			c.change(func(c *collector) { c.ledger = "" })
			pass(5 * time.Minute)
			_, err = check(guard, runOf(t, 2))
			assert.NoError(t, err)
		})
	})
	t.Run("a collector without budgets serves caps of the process", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			guard, _ := follow(t, &collector{status: http.StatusNotFound}, three, budgetguard.WithFailClosed())
			require.NoError(t, guard.Ready(t.Context()))
			passed, _ := allowed(guard, runOf(t, 1), 5)
			assert.Equal(t, 3, passed)
			assert.NoError(t, guard.Err())
		})
	})
}

func TestCaps_AreCountedExactlyByManyGoroutines(t *testing.T) {
	guard, _ := follow(t, &collector{state: state()}, budgetguard.WithCap(budgetguard.Cap{Name: "hundred", Per: budgetguard.PerRun, Calls: 100}))
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 20 {
				ctx := runOf(t, 1)
				if _, err := check(guard, ctx); err == nil {
					passed.Add(1)
					guard.Observe(ctx, done())
				}
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 100, passed.Load())
}

func TestCaps_ForgetRunsThatAreOver(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := &collector{state: state()}
		guard, _ := follow(t, c, budgetguard.WithCap(budgetguard.Cap{Name: "one", Per: budgetguard.PerRun, Calls: 1}))
		require.NoError(t, guard.Ready(t.Context()))
		for n := range uint32(10_300) {
			_, err := check(guard, runOf(t, n+1))
			require.NoError(t, err)
		}
		assert.LessOrEqual(t, guard.Counted(), 10_000)
		_, err := check(guard, runOf(t, 10_300))
		assert.Error(t, err, "the last are remembered")
		pass(10 * time.Second)
		c.change(func(c *collector) {
			for _, r := range c.reports {
				assert.LessOrEqual(t, len(r.Units), budgetguard.MaxCapReport)
			}
		})
		pass(2 * time.Minute)
		c.change(func(c *collector) { c.reports = nil })
		pass(2 * time.Hour)
		assert.Zero(t, guard.Counted())
		c.change(func(c *collector) { assert.Less(t, len(c.reports), 300, "a guard at rest asks rarely") })
	})
}

func TestCaps_AreValidated(t *testing.T) {
	for want, c := range map[string]budgetguard.Cap{
		`name "": give each cap a name`:                      {Per: budgetguard.PerRun, Calls: 1},
		`cap "a": per "": expected run or conversation`:      {Name: "a", Calls: 1},
		`cap "a": per "trace": expected run or conversation`: {Name: "a", Per: "trace", Calls: 1},
		`cap "a": calls -1: expected a whole number`:         {Name: "a", Per: budgetguard.PerRun, Calls: -1},
		`cap "a": depth -1: expected a whole number`:         {Name: "a", Per: budgetguard.PerRun, Depth: -1},
		`cap "a": amount -1: expected a decimal number`:      {Name: "a", Per: budgetguard.PerRun, Amount: udecimal.MustParse("-1")},
		`cap "a": amount "": set amount, calls, depth`:       {Name: "a", Per: budgetguard.PerRun},
	} {
		_, err := budgetguard.New("http://collector:8890", budgetguard.WithCap(c))
		assert.ErrorContains(t, err, want)
	}
	many := make([]budgetguard.Option, 65)
	for i := range many {
		many[i] = budgetguard.WithCap(budgetguard.Cap{Name: fmt.Sprint(i), Per: budgetguard.PerRun, Calls: 1})
	}
	_, err := budgetguard.New("http://collector:8890", many...)
	assert.ErrorContains(t, err, "65 caps: at most 64 are enforced")
}

func TestCaps_TakeNoMemoryForAnAllowedCall(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state()}, capped...)
		require.NoError(t, guard.Ready(t.Context()))
		ctx, p := working(t)
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = guard.Check(ctx, p) }))
		synctest.Wait()
	})
}

var capped = []budgetguard.Option{
	budgetguard.WithCap(budgetguard.Cap{Name: "run", Per: budgetguard.PerRun, Calls: 1 << 40, Amount: udecimal.MustParse("1000000"), Depth: 9, CallsPerMinute: 1 << 40}),
	budgetguard.WithCap(budgetguard.Cap{Name: "conversation", Per: budgetguard.PerConversation, Calls: 1 << 40}),
}

// working is a call of an agent in a conversation.
func working(t testing.TB) (context.Context, otelgenai.PendingCall) {
	ctx, span := tracing.StartAgent(tracing.WithConversation(runOf(t, 1), "c-1"), "triage")
	t.Cleanup(func() { span.End(nil) })
	p := call
	p.Attributes = instrument.ContextAttributes(ctx)
	return ctx, p
}

func BenchmarkCheck(b *testing.B) {
	for name, options := range map[string][]budgetguard.Option{"no cap": nil, "caps of run and conversation": capped} {
		b.Run(name, func(b *testing.B) {
			options := append([]budgetguard.Option{budgetguard.WithHTTPClient(&http.Client{Transport: &collector{state: state()}})}, options...)
			guard, err := budgetguard.New("http://collector:8890", options...)
			require.NoError(b, err)
			defer guard.Close()
			ctx, p := working(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := guard.Check(ctx, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
