package budgetguard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// collector answers as a collector's ledger API does. It is reached without a
// network, so that tests may run in a bubble of time.
type collector struct {
	mu     sync.Mutex
	state  budgetguard.State
	status int           // 0 = 200
	down   bool          // no answer at all
	ahead  time.Duration // of its clock
	etag   string
	asked  int
	notNew int // answers of 304
	header http.Header

	others  map[budgetguard.UnitID]budgetguard.Count // allowed by other processes
	reports []budgetguard.CapReport
	ledger  string // why the ledger cannot be asked
}

func (c *collector) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, errors.New("connection refused")
	}
	w := httptest.NewRecorder()
	w.Header().Set("Date", time.Now().Add(c.ahead).UTC().Format(http.TimeFormat))
	if req.URL.Path == budgetguard.CapStatePath {
		c.reported(w, req)
		return w.Result(), nil
	}
	c.asked++
	c.header = req.Header
	w.Header().Set("Cache-Control", "private, max-age=30")
	w.Header().Set("ETag", c.etag)
	switch {
	case c.status != 0:
		http.Error(w, "no", c.status)
	case c.etag != "" && req.Header.Get("If-None-Match") == c.etag:
		c.notNew++
		w.WriteHeader(http.StatusNotModified)
	default:
		_ = json.NewEncoder(w).Encode(c.state)
	}
	return w.Result(), nil
}

func (c *collector) change(f func(*collector)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c)
}

// month is a budget of 100 USD for the month around the beginning of a bubble's
// time, the first of January 2000.
func month(name, spent string, scope ...budgetguard.Condition) budgetguard.Budget {
	return budgetguard.Budget{
		Name: name, Scope: scope, Every: "month",
		Amount: udecimal.MustParse("100"), Soft: udecimal.MustParse("80"), Hard: udecimal.MustParse("100"), Spent: udecimal.MustParse(spent),
		From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2000, 2, 1, 0, 0, 0, 0, time.UTC),
	}
}

func state(budgets ...budgetguard.Budget) budgetguard.State {
	return budgetguard.State{AsOf: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Budgets: budgets}
}

func is(dimension, value string) budgetguard.Condition {
	return budgetguard.Condition{Dimension: dimension, Value: value}
}

// call is one for claims.
var call = otelgenai.PendingCall{
	Provider: "openai", Operation: "chat", Model: func() string { return "gpt-5" },
	Attributes: []attribute.KeyValue{semconv.Department.String("claims"), semconv.UserID.String("u-1"), attribute.String(semconv.TagPrefix+"tier", "gold")},
}

func follow(t *testing.T, c *collector, opts ...budgetguard.Option) (*budgetguard.Guard, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	opts = append([]budgetguard.Option{
		budgetguard.WithHTTPClient(&http.Client{Transport: c}),
		budgetguard.WithLogger(slog.New(slog.NewTextHandler(log, nil))),
	}, opts...)
	guard, err := budgetguard.New("http://collector:8890", opts...)
	require.NoError(t, err)
	t.Cleanup(guard.Close)
	return guard, log
}

// pass lets time use, and the guard finish what it does by then.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// inBubble runs a test whose clock moves when everything waits.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestGuard_TheScopeDecidesWhichCallsAreStopped(t *testing.T) {
	for name, tc := range map[string]struct {
		scope   []budgetguard.Condition
		options []budgetguard.Option
		stopped bool
	}{
		"a budget for everything":                     {nil, nil, true},
		"the department of the call":                  {[]budgetguard.Condition{is("department", "claims")}, nil, true},
		"another department":                          {[]budgetguard.Condition{is("department", "support")}, nil, false},
		"all of several conditions":                   {[]budgetguard.Condition{is("department", "claims"), is("tag:tier", "gold"), is("model", "gpt-5")}, nil, true},
		"one of several conditions":                   {[]budgetguard.Condition{is("department", "claims"), is("model", "gpt-4o")}, nil, false},
		"what nobody said":                            {[]budgetguard.Condition{is("team", "")}, nil, true},
		"what nobody said, of a call that says":       {[]budgetguard.Condition{is("department", "")}, nil, false},
		"provider and operation":                      {[]budgetguard.Condition{is("provider", "openai"), is("operation", "chat")}, nil, true},
		"a dimension nobody in the process knows":     {[]budgetguard.Condition{is("environment", "production")}, nil, false},
		"a dimension the process is told":             {[]budgetguard.Condition{is("environment", "production")}, []budgetguard.Option{budgetguard.WithDimension("environment", "production")}, true},
		"the call wins over what the process says":    {[]budgetguard.Condition{is("department", "support")}, []budgetguard.Option{budgetguard.WithDimension("department", "support")}, false},
		"the process fills in what the call says not": {[]budgetguard.Condition{is("team", "blue")}, []budgetguard.Option{budgetguard.WithDimension("team", "blue")}, true},
		"a budget that is not chosen":                 {nil, []budgetguard.Option{budgetguard.WithBudgets("another")}, false},
		"a budget that is chosen":                     {nil, []budgetguard.Option{budgetguard.WithBudgets("another", "b")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				guard, _ := follow(t, &collector{state: state(month("b", "120", tc.scope...))}, tc.options...)
				require.NoError(t, guard.Ready(t.Context()))
				attrs, err := guard.Check(t.Context(), call)
				if !tc.stopped {
					assert.NoError(t, err)
					assert.Empty(t, attrs)
					return
				}
				var spent *budgetguard.BudgetExceededError
				require.ErrorAs(t, err, &spent)
				assert.Equal(t, "b", spent.Budget)
				assert.Equal(t, "120", spent.Spent.String())
				assert.Equal(t, "100", spent.Limit.String())
				assert.Equal(t, time.Date(2000, 2, 1, 0, 0, 0, 0, time.UTC), spent.Reset)
				assert.Equal(t, []attribute.KeyValue{semconv.BudgetName.String("b"), semconv.BudgetState.String("exceeded")}, attrs)
			})
		})
	}
}

func TestGuard_TheApplicationIsTheServiceWhereTheCallNamesNone(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "intake-bot")
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state(month("b", "100", is("application", "intake-bot")))})
		require.NoError(t, guard.Ready(t.Context()))
		_, err := guard.Check(t.Context(), call)
		assert.EqualError(t, err, `budgetguard: budget "b" (application=intake-bot) is spent: 100 of 100 USD, until 2000-02-01T00:00:00Z`)
	})
}

func TestGuard_ThresholdsAreExact(t *testing.T) {
	for spent, want := range map[string]string{
		"79.999999999999999999": "", "80": "warning", "99.999999999999999999": "warning", "100": "exceeded",
	} {
		inBubble(t, func(t *testing.T) {
			guard, _ := follow(t, &collector{state: state(month("b", spent))})
			require.NoError(t, guard.Ready(t.Context()))
			attrs, err := guard.Check(t.Context(), call)
			assert.Equal(t, want == "exceeded", err != nil, spent)
			if want == "" {
				assert.Empty(t, attrs, spent)
				return
			}
			assert.Contains(t, attrs, semconv.BudgetState.String(want), spent)
		})
	}
}

func TestGuard_TheBudgetThatStopsLongestIsNamed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		day := month("day", "100")
		day.Until = day.From.AddDate(0, 0, 1)
		guard, _ := follow(t, &collector{state: state(month("nearly", "85"), day, month("month", "100"))})
		require.NoError(t, guard.Ready(t.Context()))
		_, err := guard.Check(t.Context(), call)
		var spent *budgetguard.BudgetExceededError
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, "month", spent.Budget)
	})
}

func TestGuard_EachStateIsLoggedOnceAPeriod(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := &collector{state: state(month("b", "85"))}
		guard, log := follow(t, c)
		require.NoError(t, guard.Ready(t.Context()))
		admit := func() {
			for range 3 {
				_, _ = guard.Check(t.Context(), call)
			}
		}
		admit()
		pass(time.Minute)
		admit()
		assert.Equal(t, 1, strings.Count(log.String(), "\n"), log)
		assert.Contains(t, log.String(), `level=WARN msg="LLM budget is nearly spent" budget=b scope="every call" spent_usd=85 amount_usd=100 until=2000-02-01T00:00:00.000Z`)

		c.change(func(c *collector) { c.state = state(month("b", "100")) })
		pass(time.Minute)
		admit()
		assert.Equal(t, 2, strings.Count(log.String(), "\n"), log)
		assert.Contains(t, log.String(), "LLM budget is spent: calls are stopped")

		next := month("b", "85")
		next.From, next.Until = next.Until, next.Until.AddDate(0, 1, 0)
		c.change(func(c *collector) { c.state = state(next) })
		pass(time.Minute)
		admit()
		assert.Equal(t, 3, strings.Count(log.String(), "\n"), log)
	})
}

func TestGuard_ABudgetThatCannotBeEnforcedIsLoggedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		_, log := follow(t, &collector{state: state(month("b", "1", is("environment", "production")))})
		pass(5 * time.Minute)
		assert.Equal(t, 1, strings.Count(log.String(), "\n"), log)
		assert.Contains(t, log.String(), "budget=b dimension=environment")
	})
}

func TestGuard_ACollectorThatIsDown(t *testing.T) {
	t.Run("from the beginning lets calls go", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			c := &collector{down: true, state: state(month("b", "100"))}
			guard, log := follow(t, c)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			err := guard.Ready(ctx)
			synctest.Wait()
			assert.ErrorContains(t, err, "connection refused")
			_, err = guard.Check(t.Context(), call)
			assert.NoError(t, err)
			_, known := guard.State()
			assert.False(t, known)
			assert.ErrorContains(t, guard.Err(), "connection refused")
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), "a collector that is down for an hour is one line: %s", log)
			assert.Less(t, c.asked, 60, "and is not asked more often than every minute or two")

			c.change(func(c *collector) { c.down = false })
			pass(3 * time.Minute)
			_, err = guard.Check(t.Context(), call)
			assert.Error(t, err, "it is asked again")
			assert.NoError(t, guard.Err())
		})
	})
	t.Run("from the beginning stops calls when the guard fails closed", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			guard, _ := follow(t, &collector{down: true}, budgetguard.WithFailClosed())
			_, err := guard.Check(t.Context(), call)
			var unknown *budgetguard.StateUnknownError
			require.ErrorAs(t, err, &unknown)
			assert.Zero(t, unknown.Since)
			synctest.Wait()
			_, err = guard.Check(t.Context(), call)
			assert.ErrorContains(t, err, "the state of budgets is not known yet: wait for it with Guard.Ready")
			assert.ErrorContains(t, err, "connection refused")
			assert.Equal(t, "budget_unknown", unknown.ErrorType())
		})
	})
	t.Run("later keeps the last answer valid for a while", func(t *testing.T) {
		for name, tc := range map[string]struct {
			options []budgetguard.Option
			stopped bool
		}{
			"then calls go":           {nil, false},
			"then no call goes":       {[]budgetguard.Option{budgetguard.WithFailClosed()}, true},
			"and longer if so wanted": {[]budgetguard.Option{budgetguard.WithMaxAge(time.Hour)}, true},
		} {
			t.Run(name, func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					c := &collector{state: state(month("b", "100"))}
					guard, _ := follow(t, c, tc.options...)
					require.NoError(t, guard.Ready(t.Context()))
					c.change(func(c *collector) { c.down = true })
					pass(10 * time.Minute)
					var spent *budgetguard.BudgetExceededError
					_, err := guard.Check(t.Context(), call)
					assert.ErrorAs(t, err, &spent)
					pass(10 * time.Minute)
					_, err = guard.Check(t.Context(), call)
					assert.Equal(t, tc.stopped, err != nil)
				})
			})
		}
	})
}

func TestGuard_Clocks(t *testing.T) {
	t.Run("a new period lets calls go before the collector says so", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			b := month("b", "100")
			b.Until = b.From.Add(20 * time.Second)
			guard, _ := follow(t, &collector{state: state(b)})
			require.NoError(t, guard.Ready(t.Context()))
			pass(19 * time.Second)
			_, err := guard.Check(t.Context(), call)
			assert.Error(t, err)
			pass(time.Second)
			_, err = guard.Check(t.Context(), call)
			assert.NoError(t, err)
		})
	})
	t.Run("the collector's clock counts, not this machine's", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			b := month("b", "100")
			b.From, b.Until = b.From.AddDate(1, 0, 0), b.From.AddDate(1, 0, 1)
			guard, _ := follow(t, &collector{state: state(b), ahead: 366*24*time.Hour + 23*time.Hour})
			require.NoError(t, guard.Ready(t.Context()))
			_, err := guard.Check(t.Context(), call)
			assert.Error(t, err, "this machine is a year late")
			time.Sleep(time.Hour + time.Second) // Date has seconds
			_, err = guard.Check(t.Context(), call)
			assert.NoError(t, err, "the day is over at the collector's")
		})
	})
}

func TestGuard_FiguresThatDidNotChangeAreNotSentAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := &collector{state: state(month("b", "100")), etag: `"1"`}
		guard, _ := follow(t, c, budgetguard.WithToken("sesame"))
		pass(time.Hour)
		assert.InDelta(t, 120, c.asked, 20, "as often as max-age says")
		assert.Equal(t, c.asked-1, c.notNew)
		assert.Equal(t, "Bearer sesame", c.header.Get("Authorization"))
		_, err := guard.Check(t.Context(), call)
		assert.Error(t, err, "they are known to be good still")
		c.change(func(c *collector) { c.state, c.etag = state(month("b", "1")), `"2"` })
		pass(30 * time.Second)
		_, err = guard.Check(t.Context(), call)
		assert.NoError(t, err)
	})
}

func TestGuard_RefusalsNameTheFix(t *testing.T) {
	for status, want := range map[int]string{
		401: "the bearer token is missing or wrong: set it with WithToken",
		404: "start it with --budgets",
		500: "the collector answered 500 Internal Server Error: no",
	} {
		inBubble(t, func(t *testing.T) {
			guard, log := follow(t, &collector{status: status}, budgetguard.WithToken("hunter2"))
			synctest.Wait()
			assert.ErrorContains(t, guard.Err(), want)
			assert.Contains(t, log.String(), want)
			assert.NotContains(t, log.String(), "hunter2")
			_, err := guard.Check(t.Context(), call)
			assert.NoError(t, err)
		})
	}
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{})
		synctest.Wait()
		assert.ErrorContains(t, guard.Err(), "an invalid state of budgets: as_of is missing", "some other server")
	})
	for _, base := range []string{"", "127.0.0.1:8890", "ftp://host", "http://"} {
		_, err := budgetguard.New(base)
		assert.ErrorContains(t, err, "expected the URL of its ledger API", base)
	}
}

func TestGuard_AnAllowedCallAllocatesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		guard, _ := follow(t, &collector{state: state(month("a", "85"), month("b", "120", is("department", "support")))})
		require.NoError(t, guard.Ready(t.Context()))
		ctx := t.Context()
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = guard.Check(ctx, call) }))
	})
}
