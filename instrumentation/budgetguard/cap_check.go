package budgetguard

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var _ func(context.Context, otelgenai.Call) = (*Guard)(nil).Observe

// capView holds the caps that are enforced. It does not change once it is published.
type capView struct {
	caps   []boundCap
	amount bool // one of them has an amount
}

// answered is an answer of the collector about caps.
type answered struct {
	received time.Time // by this process's monotonic clock
	clock    time.Time // by the collector's clock at that moment
}

// now is the collector's clock, whose minutes these are; this machine's before the
// first answer.
func (a *answered) now() time.Time {
	if a == nil {
		return time.Now()
	}
	return a.clock.Add(time.Since(a.received))
}

// refusal is why a call may not leave.
type refusal struct {
	cap   *boundCap
	limit string
	used  Count
	first bool // of this cap in this run or conversation
}

func (g *Guard) checkCaps(ctx context.Context, v *capView, call otelgenai.PendingCall) ([]attribute.KeyValue, error) {
	at := g.capsAt.Load()
	if g.cfg.failClosed && (at == nil || time.Since(at.received) > g.cfg.maxAge) {
		unknown := &StateUnknownError{Err: g.Err()}
		if at != nil {
			unknown.Since = at.received
		}
		return nil, unknown
	}
	var matched uint64
	for i := range v.caps {
		if v.caps[i].matches(call) {
			matched |= 1 << i
		}
	}
	if matched == 0 {
		return nil, nil
	}
	w := whose{run: trace.SpanContextFromContext(ctx).TraceID(), conversation: valueOf(call.Attributes, semconv.ConversationID)}
	now := at.now()
	r, fresh := g.units.admit(v, matched, &w, int64(instrument.AgentDepth(ctx)), minuteOf(now))
	if fresh {
		select {
		case g.wake <- struct{}{}:
		default:
		}
	}
	if r.cap == nil {
		return nil, nil
	}
	err := r.error(&w, now)
	if r.first {
		g.cfg.logger.LogAttrs(ctx, slog.LevelWarn, "LLM cap is reached: calls are stopped",
			slog.String("cap", err.Cap), slog.String("per", string(err.Per)), slog.String("id", err.ID),
			slog.String("limit", err.Limit), slog.String("used", err.Used.String()), slog.String("allowed", err.Allowed.String()))
	}
	return []attribute.KeyValue{
		semconv.CapName.String(err.Cap), semconv.CapPer.String(string(err.Per)), semconv.CapLimit.String(err.Limit),
	}, err
}

// admit counts a call that no cap refuses. fresh says that the collector should be
// asked about its run or conversation soon.
func (s *units) admit(v *capView, matched uint64, w *whose, depth, minute int64) (r refusal, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var counted [2]bool // for runs and conversations
	for i := range v.caps {
		c := &v.caps[i]
		if matched&(1<<i) == 0 {
			continue
		}
		var u *unit
		var used, unreported Count
		if w.names(c.Per) {
			counted[index(c.Per)] = true
			if u = s.find(w, c.Per); u != nil {
				used = u.own.Add(u.others).in(minute)
				unreported = u.own.without(u.reported)
			}
		}
		limit := c.over(used, depth)
		if limit == "" {
			fresh = fresh || c.due(used, unreported)
			continue
		}
		r = refusal{cap: c, limit: limit, used: used}
		if limit == keyDepth {
			r.used.Calls = depth
		}
		if u != nil {
			r.first = u.refused&(1<<i) == 0
			u.refused |= 1 << i
		}
		return r, false
	}
	now := time.Now()
	for _, per := range [...]Unit{PerRun, PerConversation} {
		if !counted[index(per)] {
			continue
		}
		u := s.use(w, per, now)
		fresh = fresh || now.Sub(u.asked) > unitActive
		u.own = u.own.in(minute)
		u.own.Calls++
		u.own.MinuteCalls++
	}
	return refusal{}, fresh
}

func index(per Unit) int {
	if per == PerRun {
		return 0
	}
	return 1
}

func (r *refusal) error(w *whose, now time.Time) *CapExceededError {
	e := &CapExceededError{Cap: r.cap.Name, Per: r.cap.Per, Limit: r.limit}
	switch {
	case !w.names(e.Per):
	case e.Per == PerRun:
		e.ID = w.run.String()
	default:
		e.ID = w.conversation
	}
	whole := func(used, allowed int64) {
		e.Used, e.Allowed = udecimal.MustFromInt64(used, 0), udecimal.MustFromInt64(allowed, 0)
	}
	switch r.limit {
	case keyAmount:
		e.Used, e.Allowed = r.used.Spent, r.cap.Amount
	case keyCalls:
		whole(r.used.Calls, r.cap.Calls)
	case keyDepth:
		whole(r.used.Calls, r.cap.Depth)
	case keyRate:
		whole(r.used.MinuteCalls, r.cap.CallsPerMinute)
		e.Reset = now.Truncate(time.Minute).Add(time.Minute)
	}
	return e
}

// Observe is for [otelgenai.WithCallObserver]. It adds the cost of a call to its run and
// conversation as soon as the call has ended, at the guard's prices. Without it, and for
// models without a price, the cost counts some seconds later, when it is in the ledger.
func (g *Guard) Observe(ctx context.Context, call otelgenai.Call) {
	v := g.caps.Load()
	if v == nil || !v.amount {
		return
	}
	result := g.cfg.prices().Price(call.ForPricing())
	if !result.HasAmount() || !result.Amount.IsPos() {
		return
	}
	g.units.spend(&whose{
		run:          trace.SpanContextFromContext(ctx).TraceID(),
		conversation: valueOf(instrument.ContextAttributes(ctx), semconv.ConversationID),
	}, result.Amount)
}

// localCaps are those that options give.
func (c *config) localCaps() ([]Cap, error) {
	for i := range c.caps {
		if err := c.caps[i].Validate(); err != nil {
			return nil, fmt.Errorf("budgetguard: cap %q: %w", c.caps[i].Name, err)
		}
	}
	if len(c.caps) > maxCaps {
		return nil, fmt.Errorf("budgetguard: %d caps: at most %d are enforced: remove some", len(c.caps), maxCaps)
	}
	return c.caps, nil
}

// setCaps publishes caps. Those of the options come first.
func (g *Guard) setCaps(caps []Cap) {
	v := &capView{}
	for _, c := range caps {
		matchers, unknown := g.cfg.compile(c.Scope)
		why := ""
		switch {
		case c.Validate() != nil:
			why = "this version does not know its limits: update it"
		case len(v.caps) == maxCaps:
			why = "there are more than 64: remove some"
		case unknown != "":
			why = "this process does not know the dimension " + unknown + " of its scope: name it with WithDimension"
		}
		if why != "" {
			if !g.skippedCaps[c.Name] {
				g.skippedCaps[c.Name] = true
				g.cfg.logger.Warn("LLM cap is not enforced", slog.String("cap", c.Name), slog.String("reason", why))
			}
			continue
		}
		v.caps = append(v.caps, boundCap{c, matchers})
		v.amount = v.amount || c.Amount.IsPos()
	}
	if len(v.caps) == 0 {
		v = nil
	}
	g.caps.Store(v)
	if v != nil {
		g.capsOnce.Do(func() { g.following.Go(func() { g.follow(g.ctx, g.sharedCaps()) }) })
	}
}

// settleReady says that everything is known that [Guard.Ready] waits for, once it is.
func (g *Guard) settleReady() {
	if g.view.Load() != nil && (g.caps.Load() == nil || g.capsAt.Load() != nil) {
		g.readyOnce.Do(func() { close(g.ready) })
	}
}
