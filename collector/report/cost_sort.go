package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// CostSort is the value that the lines of a bill are in order of, the highest first; with
// a minus sign before it the lowest. "" is cost, and the course of time where a line
// is for a day, hour or month.
type CostSort string

// costSorts compare two groups, the lower first.
var costSorts = map[CostSort]func(a, b *ledger.Group) int{
	"cost":          func(a, b *ledger.Group) int { return a.Totals.Cost.Cmp(b.Totals.Cost) },
	"requests":      byCount(func(t *ledger.Totals) int64 { return t.Calls }),
	"errors":        byCount(func(t *ledger.Totals) int64 { return t.Errors }),
	"unpriced":      byCount(func(t *ledger.Totals) int64 { return t.Unpriced }),
	"input_tokens":  byCount(func(t *ledger.Totals) int64 { return t.Input }),
	"cached_tokens": byCount(func(t *ledger.Totals) int64 { return t.CacheRead }),
	"output_tokens": byCount(func(t *ledger.Totals) int64 { return t.Output }),
	"average":       byCount(func(t *ledger.Totals) time.Duration { return average(t) }),
	"success_rate": byCount(func(t *ledger.Totals) float64 {
		return ratio(t.Calls-t.Errors, t.Calls)
	}),
	"average_cost": func(a, b *ledger.Group) int { return meanOf(&a.Totals).Cmp(meanOf(&b.Totals)) },
	"p95":          func(a, b *ledger.Group) int { return cmp.Compare(a.Latency.P95, b.Latency.P95) },
	"name":         func(a, b *ledger.Group) int { return slices.Compare(b.Key, a.Key) },
}

func byCount[T cmp.Ordered](of func(*ledger.Totals) T) func(a, b *ledger.Group) int {
	return func(a, b *ledger.Group) int { return cmp.Compare(of(&a.Totals), of(&b.Totals)) }
}

// meanOf puts groups without a priced call below all others.
func meanOf(t *ledger.Totals) udecimal.Decimal {
	if mean := (&CostLine{Totals: *t}).AverageCost(); mean != nil {
		return *mean
	}
	return udecimal.MustFromInt64(-1, 0)
}

// order sorts groups that come with the most expensive first, which decides
// between equal ones.
func (s CostSort) order(groups []ledger.Group) error {
	if s == "" {
		return nil
	}
	name, reverse := strings.CutPrefix(string(s), "-")
	compare, known := costSorts[CostSort(name)]
	if !known {
		return &ParameterError{"sort", string(s), fmt.Errorf("use %s, or one of them with a minus sign before it", strings.Join(CostSorts(), ", "))}
	}
	rowsort.StableFunc(groups, func(a, b ledger.Group) int {
		if reverse {
			return compare(&a, &b)
		}
		return compare(&b, &a)
	})
	return nil
}

// byLatency reports an order that needs the latency of every group.
func (s CostSort) byLatency() bool { return strings.TrimPrefix(string(s), "-") == "p95" }

// timeDimensions are the dimensions whose values are read as a course of time. Their
// values are in the order of their text.
var timeDimensions = []ledger.Dimension{ledger.ByMonth, ledger.ByDay, ledger.ByHour, ledger.ByHourOfWeek}

// inTimeOrder sorts lines that come with the most expensive first by the times
// among the dimensions; those of one time stay in their order.
func inTimeOrder(by []ledger.Dimension, lines []CostLine) {
	var places []int
	for i, d := range by {
		if slices.Contains(timeDimensions, d) {
			places = append(places, i)
		}
	}
	rowsort.StableFunc(lines, func(a, b CostLine) int {
		for _, i := range places {
			if order := strings.Compare(a.Labels[i], b.Labels[i]); order != 0 {
				return order
			}
		}
		return 0
	})
}

// CostSorts lists the orders by name.
func CostSorts() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(costSorts)) {
		names = append(names, string(name))
	}
	return names
}
