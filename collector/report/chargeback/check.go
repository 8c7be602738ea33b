package chargeback

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// Departments are those that have calls in a period.
func Departments(ctx context.Context, reader ledger.Reader, period report.Period) ([]string, error) {
	groups, err := report.Sums(ctx, reader, ledger.Query{From: period.From, Until: period.Until, By: []ledger.Dimension{ledger.ByDepartment}})
	if err != nil {
		return nil, fmt.Errorf("read the departments: %w", err)
	}
	names := make([]string, len(groups))
	for i := range groups {
		names[i] = groups[i].Key[0]
	}
	slices.Sort(names)
	return names, nil
}

// Unknown names the keys of the rules that are about a department which has no
// calls: a rule for no one does nothing, or charges someone who does not exist.
func (r *Rules) Unknown(departments []string) []string {
	var found []string
	check := func(key, department string) {
		if department == "" || slices.Contains(departments, department) {
			return
		}
		found = append(found, fmt.Sprintf("%s: %q has no calls", key, department))
	}
	for i, name := range r.Shared {
		check(fmt.Sprintf("shared[%d]", i), name)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Shares)) {
		check("shares."+name, name)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Markups)) {
		check("markups."+name, name)
	}
	for i, a := range r.Adjustments {
		check(fmt.Sprintf("adjustments[%d].department", i), a.Department)
	}
	return found
}

// unknown is Unknown for the month of the statement.
func (s *Statement) unknown() []string {
	var departments []string
	for i := range s.Charges {
		if len(s.Charges[i].Usage) > 0 {
			departments = append(departments, s.Charges[i].Department)
		}
	}
	rules := s.Rules
	rules.Adjustments = slices.DeleteFunc(slices.Clone(rules.Adjustments), func(a ManualAdjustment) bool { return a.Month != s.Month })
	return rules.Unknown(departments)
}
