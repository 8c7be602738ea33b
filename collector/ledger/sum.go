package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// Sum holds what the rollups keep of the billable calls of an hour that agree in
// RollupDimensions.
type Sum struct {
	Hour time.Time // of UTC

	User        string
	Department  string
	Application string
	Team        string
	CostCenter  string
	Environment string
	Workflow    string
	Agent       string
	Service     string
	Provider    string
	Model       string
	Operation   string
	CostStatus  string

	Calls, Errors                                   int64
	Input, Output, CacheRead, CacheWrite, Reasoning int64

	Cost        udecimal.Decimal
	Duration    time.Duration
	NanoCredits int64 // 0 of calls that had expired before rollups had them
}

// compare orders sums by what they are of.
func (s *Sum) compare(t *Sum) int {
	return cmp.Or(
		s.Hour.Compare(t.Hour),
		strings.Compare(s.User, t.User),
		strings.Compare(s.Department, t.Department),
		strings.Compare(s.Application, t.Application),
		strings.Compare(s.Team, t.Team),
		strings.Compare(s.CostCenter, t.CostCenter),
		strings.Compare(s.Environment, t.Environment),
		strings.Compare(s.Workflow, t.Workflow),
		strings.Compare(s.Agent, t.Agent),
		strings.Compare(s.Service, t.Service),
		strings.Compare(s.Provider, t.Provider),
		strings.Compare(s.Model, t.Model),
		strings.Compare(s.Operation, t.Operation),
		strings.Compare(s.CostStatus, t.CostStatus),
	)
}

// add is exact: what either cost fits a Decimal(38, 18), and so does their sum
// in a store.
func (s *Sum) add(t *Sum) {
	s.Calls += t.Calls
	s.Errors += t.Errors
	s.Input += t.Input
	s.Output += t.Output
	s.CacheRead += t.CacheRead
	s.CacheWrite += t.CacheWrite
	s.Reasoning += t.Reasoning
	s.Cost = s.Cost.Add(t.Cost)
	s.Duration += t.Duration
	s.NanoCredits += t.NanoCredits
}

// same tells whether two sums are of the same and equal.
func (s *Sum) same(t *Sum) bool {
	return s.compare(t) == 0 && s.Cost.Equal(t.Cost) && s.Calls == t.Calls && s.Errors == t.Errors &&
		s.Input == t.Input && s.Output == t.Output && s.CacheRead == t.CacheRead && s.CacheWrite == t.CacheWrite &&
		s.Reasoning == t.Reasoning && s.Duration == t.Duration && s.NanoCredits == t.NanoCredits
}

// Sums are sums in the order of what they are of, each once.
type Sums []Sum

// NewSums orders sums and joins those that are of the same. The slice given is
// changed.
func NewSums(sums []Sum) Sums {
	rowsort.Large(sums, (*Sum).compare)
	joined := sums[:0]
	for i := range sums {
		if last := len(joined) - 1; last >= 0 && joined[last].compare(&sums[i]) == 0 {
			joined[last].add(&sums[i])
			continue
		}
		joined = append(joined, sums[i])
	}
	return joined
}

// Equal tells whether both say the same to the last digit.
func (s Sums) Equal(t Sums) bool {
	return slices.EqualFunc(s, t, func(a, b Sum) bool { return a.same(&b) })
}
