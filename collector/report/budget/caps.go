package budget

import (
	"fmt"
	"strconv"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// maxPlanCaps is how many a guard enforces.
const maxPlanCaps = 64

// capFile is a cap as written.
type capFile struct {
	Name           string            `yaml:"name"`
	Per            budgetguard.Unit  `yaml:"per"`
	Scope          map[string]string `yaml:"scope"`
	Amount         string            `yaml:"amount"`
	Calls          string            `yaml:"calls"`
	Depth          string            `yaml:"depth"`
	CallsPerMinute string            `yaml:"calls_per_minute"`
}

// readCaps reads the caps of a plan. Errors name the key, the value and the fix.
func readCaps(file []capFile) (caps []budgetguard.Cap, err error) {
	if len(file) > maxPlanCaps {
		return nil, fmt.Errorf("caps: %d of them: guards enforce at most %d: remove some", len(file), maxPlanCaps)
	}
	seen := map[string]bool{}
	for i, f := range file {
		key := fmt.Sprintf("caps[%d]", i)
		if f.Name == "" || seen[f.Name] {
			return nil, fmt.Errorf("%s.name %q: give each cap a name of its own", key, f.Name)
		}
		seen[f.Name] = true
		c := budgetguard.Cap{Name: f.Name, Per: f.Per}
		scope, err := readScope(f.Scope)
		if err != nil {
			return nil, fmt.Errorf("%s.scope: %w", key, err)
		}
		c.Scope = conditions(scope)
		if f.Amount != "" {
			if c.Amount, err = udecimal.Parse(f.Amount); err != nil || !c.Amount.IsPos() {
				return nil, fmt.Errorf(`%s.amount %q: expected a decimal number above zero in quotes, such as "0.50"`, key, f.Amount)
			}
		}
		for _, limit := range []struct {
			key, text string
			into      *int64
		}{{"calls", f.Calls, &c.Calls}, {"depth", f.Depth, &c.Depth}, {"calls_per_minute", f.CallsPerMinute, &c.CallsPerMinute}} {
			if limit.text == "" {
				continue
			}
			if *limit.into, err = strconv.ParseInt(limit.text, 10, 64); err != nil || *limit.into < 1 {
				return nil, fmt.Errorf("%s.%s %q: expected a whole number above zero, such as 100", key, limit.key, limit.text)
			}
		}
		if err := c.Validate(); err != nil {
			return nil, fmt.Errorf("%s.%w", key, err)
		}
		caps = append(caps, c)
	}
	return caps, nil
}
