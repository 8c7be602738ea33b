package budget

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/strictyaml"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// Plan is all budgets and caps of an organization.
type Plan struct {
	Zone    *time.Location // whose months, weeks and days
	Budgets []Budget
	Caps    []budgetguard.Cap // for guards in applications to enforce
}

// Budget is an amount for a scope and a period that repeats.
type Budget struct {
	Name   string
	Scope  []ledger.Condition // none = everything
	Every  Cycle
	Amount udecimal.Decimal // USD
	// Soft and Hard are the shares of the amount, in percent, from which the
	// state is Warning and Exceeded.
	Soft, Hard udecimal.Decimal
}

// Cycle is how often a budget begins again.
type Cycle string

// Cycles. A week begins on Monday.
const (
	Monthly Cycle = "month"
	Weekly  Cycle = "week"
	Daily   Cycle = "day"
)

// Thresholds of budgets that name none.
const (
	defaultSoft = "80"
	defaultHard = "100"
)

// planFile is a plan as written. Amounts are strings, as in the catalogue.
type planFile struct {
	Zone    string `yaml:"zone"`
	Budgets []struct {
		Name   string            `yaml:"name"`
		Scope  map[string]string `yaml:"scope"`
		Every  Cycle             `yaml:"every"`
		Amount string            `yaml:"amount"`
		Soft   string            `yaml:"soft"`
		Hard   string            `yaml:"hard"`
	} `yaml:"budgets"`
	Caps []capFile `yaml:"caps"`
}

// ReadPlan reads a plan in YAML. Errors name the key, the value and the fix.
func ReadPlan(r io.Reader) (*Plan, error) {
	var file planFile
	if err := strictyaml.Decode(r, &file); err != nil {
		return nil, fmt.Errorf("budgets: %w", err)
	}
	zone, err := report.ParseZone(file.Zone)
	if err != nil {
		return nil, fmt.Errorf("budgets: %w", err)
	}
	plan := &Plan{Zone: zone}
	seen := map[string]bool{}
	for i, b := range file.Budgets {
		key := fmt.Sprintf("budgets[%d]", i)
		if b.Name == "" || seen[b.Name] {
			return nil, fmt.Errorf("%s.name %q: give each budget a name of its own", key, b.Name)
		}
		seen[b.Name] = true
		budget := Budget{Name: b.Name, Every: cmp.Or(b.Every, Monthly)}
		if !slices.Contains([]Cycle{Monthly, Weekly, Daily}, budget.Every) {
			return nil, fmt.Errorf("%s.every %q: expected month, week or day", key, b.Every)
		}
		if budget.Scope, err = readScope(b.Scope); err != nil {
			return nil, fmt.Errorf("%s.scope: %w", key, err)
		}
		for _, amount := range []struct {
			key, text string
			into      *udecimal.Decimal
		}{
			{"amount", b.Amount, &budget.Amount},
			{"soft", cmp.Or(b.Soft, defaultSoft), &budget.Soft},
			{"hard", cmp.Or(b.Hard, defaultHard), &budget.Hard},
		} {
			if *amount.into, err = udecimal.Parse(amount.text); err != nil || !amount.into.IsPos() {
				return nil, fmt.Errorf(`%s.%s %q: expected a decimal number above zero in quotes, such as "500"`, key, amount.key, amount.text)
			}
		}
		if budget.Soft.GreaterThan(budget.Hard) {
			return nil, fmt.Errorf("%s.soft %s: is above hard %s: warn before the limit", key, budget.Soft, budget.Hard)
		}
		plan.Budgets = append(plan.Budgets, budget)
	}
	if plan.Caps, err = readCaps(file.Caps); err != nil {
		return nil, err
	}
	return plan, nil
}

func readScope(scope map[string]string) (conditions []ledger.Condition, err error) {
	for _, name := range slices.Sorted(maps.Keys(scope)) {
		dimension, err := report.ParseDimension(name)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, ledger.Condition{Dimension: dimension, Values: []string{report.Value(dimension, scope[name])}})
	}
	return conditions, nil
}

// period is the one of the cycle that now is in.
func (c Cycle) period(now time.Time) report.Period {
	year, month, day := now.Date()
	zone := now.Location()
	switch c {
	case Daily:
		return report.Period{From: report.Midnight(year, month, day, zone), Until: report.Midnight(year, month, day+1, zone), Zone: zone}
	case Weekly:
		monday := day - (int(now.Weekday())+6)%7
		return report.Period{From: report.Midnight(year, month, monday, zone), Until: report.Midnight(year, month, monday+7, zone), Zone: zone}
	}
	return report.Month(year, month, zone)
}
