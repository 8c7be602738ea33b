package budgetguard

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// view is an answer of the collector, made ready to be compared with calls. It
// does not change once it is published.
type view struct {
	state    State
	alarms   []alarm
	received time.Time // by this process's monotonic clock
	clock    time.Time // by the collector's clock at that moment
}

// alarm is a budget that has something to say to the calls in its scope.
type alarm struct {
	budget   Budget
	exceeded bool
	matchers []matcher
	attrs    []attribute.KeyValue
	said     *atomic.Bool // whether it was logged; shared by the views of a period
}

// Values of spanledger.budget.state, as the collector names them.
const (
	stateWarning  = "warning"
	stateExceeded = "exceeded"
)

// newView keeps of a state what concerns calls. skipped is called with budgets
// that cannot be enforced, and the dimension that is not known.
func (c *config) newView(state State, received, clock time.Time, before *view, skipped func(b Budget, dimension string)) *view {
	v := &view{state: state, received: received, clock: clock}
	for _, b := range state.Budgets {
		if c.budgets != nil && !c.budgets[b.Name] {
			continue
		}
		matchers, unknown := c.compile(b.Scope)
		if unknown != "" {
			skipped(b, unknown)
			continue
		}
		exceeded := b.exceeded()
		if !exceeded && !b.warning() {
			continue
		}
		a := alarm{budget: b, exceeded: exceeded, matchers: matchers, said: before.said(b, exceeded)}
		word := stateWarning
		if exceeded {
			word = stateExceeded
		}
		a.attrs = []attribute.KeyValue{semconv.BudgetName.String(b.Name), semconv.BudgetState.String(word)}
		v.alarms = append(v.alarms, a)
	}
	// The first that matches decides: what stops a call comes before what warns,
	// and what stops it longest first, so that the caller is told when calls go
	// again.
	slices.SortStableFunc(v.alarms, func(a, b alarm) int {
		if a.exceeded != b.exceeded {
			if a.exceeded {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.budget.Until.UnixNano(), a.budget.Until.UnixNano())
	})
	return v
}

// said is the mark of the same budget, period and state in an earlier view.
func (v *view) said(b Budget, exceeded bool) *atomic.Bool {
	if v != nil {
		for i := range v.alarms {
			a := &v.alarms[i]
			if a.budget.Name == b.Name && a.budget.From.Equal(b.From) && a.exceeded == exceeded {
				return a.said
			}
		}
	}
	return new(atomic.Bool)
}

// now is the collector's clock, whose periods these are: that of this machine
// may be wrong.
func (v *view) now() time.Time { return v.clock.Add(time.Since(v.received)) }

// find is the alarm that decides about a call; nil when none does.
func (v *view) find(call otelgenai.PendingCall) *alarm {
	if len(v.alarms) == 0 {
		return nil
	}
	now := v.now()
	for i := range v.alarms {
		a := &v.alarms[i]
		if now.Before(a.budget.Until) && matchesAll(a.matchers, call) {
			return a
		}
	}
	return nil
}

func matchesAll(matchers []matcher, call otelgenai.PendingCall) bool {
	for i := range matchers {
		if !matchers[i].matches(call) {
			return false
		}
	}
	return true
}
