package budgetguard

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

var _ otelgenai.Guard = (*Guard)(nil).Check

// Guard has the state of a collector's budgets. It is safe for concurrent use.
type Guard struct {
	cfg  config
	base string               // of the ledger API
	view atomic.Pointer[view] // nil before the first answer
	fail atomic.Pointer[error]

	caps    atomic.Pointer[capView] // nil where there are none
	units   *units
	capFail atomic.Pointer[error]
	capsAt  atomic.Pointer[answered] // the last answer about caps
	wake    chan struct{}            // asks about caps soon

	skippedCaps map[string]bool // whose warning was logged

	ready     chan struct{} // closed with the first answers
	readyOnce sync.Once
	ctx       context.Context
	stop      context.CancelFunc
	following sync.WaitGroup
	capsOnce  sync.Once
}

// New returns a guard that reads the budgets of a collector in the background. base is
// the URL of its ledger API, such as "http://127.0.0.1:8890". New does not wait for an
// answer; if the collector is down, the guard retries.
func New(base string, opts ...Option) (*Guard, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("budgetguard: collector %q: expected the URL of its ledger API, such as http://127.0.0.1:8890", base)
	}
	cfg := newConfig(opts)
	local, err := cfg.localCaps()
	if err != nil {
		return nil, err
	}
	g := &Guard{
		cfg: cfg, base: strings.TrimSuffix(u.String(), "/"), units: newUnits(),
		skippedCaps: map[string]bool{}, wake: make(chan struct{}, 1), ready: make(chan struct{}),
	}
	g.ctx, g.stop = context.WithCancel(context.Background())
	g.setCaps(local)
	g.following.Go(func() { g.follow(g.ctx, g.budgets()) })
	return g, nil
}

// Close stops reading budgets. The guard then uses the last answer until [WithMaxAge].
func (g *Guard) Close() {
	g.stop()
	g.following.Wait()
}

// Ready waits for the first answer of the collector, including caps.
func (g *Guard) Ready(ctx context.Context) error {
	select {
	case <-g.ready:
		return nil
	case <-ctx.Done():
		return &StateUnknownError{Err: g.Err()}
	}
}

// Err returns the error of the last request to the collector, or nil.
func (g *Guard) Err() error {
	for _, fail := range [...]*atomic.Pointer[error]{&g.fail, &g.capFail} {
		if err := fail.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// State returns the last answer of the collector; ok is false if there is none, or if
// it is older than [WithMaxAge].
func (g *Guard) State() (state State, ok bool) {
	v := g.view.Load()
	if v == nil {
		return State{}, false
	}
	return v.state, g.fresh(v)
}

func (g *Guard) fresh(v *view) bool { return time.Since(v.received) <= g.cfg.maxAge }

// Check is an [otelgenai.Guard]. It stops a call if its budget is spent or its run or
// conversation has reached a cap, and marks a call whose budget is above the soft
// threshold. It counts the calls that it allows, so use it as the last guard.
func (g *Guard) Check(ctx context.Context, call otelgenai.PendingCall) ([]attribute.KeyValue, error) {
	attrs, err := g.checkBudgets(ctx, call)
	if err != nil {
		return attrs, err
	}
	if caps := g.caps.Load(); caps != nil {
		if more, err := g.checkCaps(ctx, caps, call); err != nil {
			return append(slices.Clip(attrs), more...), err
		}
	}
	return attrs, nil
}

func (g *Guard) checkBudgets(ctx context.Context, call otelgenai.PendingCall) ([]attribute.KeyValue, error) {
	v := g.view.Load()
	if v == nil || !g.fresh(v) {
		if !g.cfg.failClosed {
			return nil, nil
		}
		unknown := &StateUnknownError{Err: g.Err()}
		if v != nil {
			unknown.Since = v.received
		}
		return nil, unknown
	}
	a := v.find(call)
	if a == nil {
		return nil, nil
	}
	if !a.said.Swap(true) {
		g.say(ctx, a)
	}
	if !a.exceeded {
		return a.attrs, nil
	}
	b := &a.budget
	return a.attrs, &BudgetExceededError{Budget: b.Name, Scope: b.Scope, Spent: b.Spent, Limit: b.Hard, Reset: b.Until}
}

// say logs what a budget means for calls, once a period.
func (g *Guard) say(ctx context.Context, a *alarm) {
	b, message := &a.budget, "LLM budget is nearly spent"
	if a.exceeded {
		message = "LLM budget is spent: calls are stopped"
	}
	g.cfg.logger.LogAttrs(ctx, slog.LevelWarn, message,
		slog.String("budget", b.Name), slog.String("scope", scope(b.Scope)),
		slog.String("spent_usd", b.Spent.String()), slog.String("amount_usd", b.Amount.String()),
		slog.Time("until", b.Until))
}
