package chargeback

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/quagmt/udecimal"
	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/report"
)

// Rules say how a month is charged. The zero value charges every department
// its own calls and lists the rest.
type Rules struct {
	// Allocate says what becomes of the cost of shared departments and of calls
	// no one gave a department: it is listed (the default), or spread over the
	// other departments.
	Allocate Allocation `json:"allocate"`
	// Shared names departments whose cost is for all, a platform team for
	// instance. Calls without a department always belong to them.
	Shared []string `json:"shared,omitempty"`
	// Shares are the weights of departments when Allocate is shares.
	Shares map[string]udecimal.Decimal `json:"shares,omitempty"`
	// Markup is added on top, in percent of a department's own and allocated cost.
	Markup udecimal.Decimal `json:"markup_percent"`
	// Markups are the percentages of departments that differ.
	Markups map[string]udecimal.Decimal `json:"markups_percent,omitempty"`
	// Adjustments are amounts agreed on outside the ledger.
	Adjustments []ManualAdjustment `json:"adjustments,omitempty"`
}

// Allocation is a way to spread a cost.
type Allocation string

// Allocations.
const (
	List         Allocation = "list"         // not at all
	Proportional Allocation = "proportional" // by each department's own cost
	Even         Allocation = "even"         // the same for each department
	Shares       Allocation = "shares"       // by fixed weights
)

var allocations = []Allocation{List, Proportional, Even, Shares}

// ManualAdjustment is an amount of one month that the ledger knows nothing of.
type ManualAdjustment struct {
	Month      string           `json:"month"` // 2026-10
	Department string           `json:"department"`
	Amount     udecimal.Decimal `json:"amount"` // negative for a credit
	Reason     string           `json:"reason"`
}

// rulesFile is Rules as written: amounts are strings, as they are in the price
// catalogue, since a YAML number would be a float.
type rulesFile struct {
	Allocate    Allocation        `yaml:"allocate"`
	Shared      []string          `yaml:"shared"`
	Shares      map[string]string `yaml:"shares"`
	Markup      string            `yaml:"markup"`
	Markups     map[string]string `yaml:"markups"`
	Adjustments []struct {
		Month      string `yaml:"month"`
		Department string `yaml:"department"`
		Amount     string `yaml:"amount"`
		Reason     string `yaml:"reason"`
	} `yaml:"adjustments"`
}

// ReadRules reads rules in YAML. Errors name the key, the value and the fix.
func ReadRules(r io.Reader) (Rules, error) {
	var file rulesFile
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return Rules{}, fmt.Errorf("chargeback rules: %w", err)
	}
	rules := Rules{Allocate: file.Allocate, Shared: file.Shared}
	var err error
	if file.Markup != "" {
		if rules.Markup, err = percent("markup", file.Markup); err != nil {
			return Rules{}, err
		}
	}
	if rules.Markups, err = amounts("markups", file.Markups, percent); err != nil {
		return Rules{}, err
	}
	if rules.Shares, err = amounts("shares", file.Shares, weight); err != nil {
		return Rules{}, err
	}
	for i, a := range file.Adjustments {
		key := fmt.Sprintf("adjustments[%d].amount", i)
		amount, err := decimal(key, a.Amount)
		if err != nil {
			return Rules{}, err
		}
		rules.Adjustments = append(rules.Adjustments, ManualAdjustment{Month: a.Month, Department: a.Department, Amount: amount, Reason: a.Reason})
	}
	return rules, rules.Validate()
}

// Validate reports the first rule that cannot be carried out.
func (r *Rules) Validate() error {
	if r.Allocate != "" && !slices.Contains(allocations, r.Allocate) {
		return fmt.Errorf("chargeback rules: allocate %q: expected one of %v", r.Allocate, allocations)
	}
	if r.Allocate == Shares && len(r.Shares) == 0 {
		return errors.New(`chargeback rules: allocate: shares: without shares: add them, such as shares: {claims: "60", support: "40"}`)
	}
	if r.Allocate != Shares && len(r.Shares) > 0 {
		return fmt.Errorf("chargeback rules: shares: have no effect with allocate: %q: set allocate: shares", r.Allocate)
	}
	for i, a := range r.Adjustments {
		if _, err := report.ParseMonth(a.Month, nil); err != nil {
			return fmt.Errorf("chargeback rules: adjustments[%d]: %w", i, err)
		}
		if a.Reason == "" {
			return fmt.Errorf("chargeback rules: adjustments[%d].reason: empty: say what %s is for", i, a.Amount)
		}
	}
	return nil
}

// markup is the percentage of a department.
func (r *Rules) markup(department string) udecimal.Decimal {
	if own, ok := r.Markups[department]; ok {
		return own
	}
	return r.Markup
}

// shared reports whether a department's cost is for all.
func (r *Rules) shared(department string) bool {
	return department == "" || slices.Contains(r.Shared, department)
}

func amounts(key string, texts map[string]string, parse func(key, text string) (udecimal.Decimal, error)) (map[string]udecimal.Decimal, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	parsed := make(map[string]udecimal.Decimal, len(texts))
	for name, text := range texts {
		value, err := parse(key+"."+name, text)
		if err != nil {
			return nil, err
		}
		parsed[name] = value
	}
	return parsed, nil
}

// maxDecimals of a rule: percentages and weights finer than that are mistakes.
const maxDecimals = 6

func decimal(key, text string) (udecimal.Decimal, error) {
	value, err := udecimal.Parse(text)
	if err != nil || value.Prec() > maxDecimals {
		return udecimal.Zero, fmt.Errorf("chargeback rules: %s %q: expected a decimal number in quotes with at most %d decimals", key, text, maxDecimals)
	}
	return value, nil
}

func percent(key, text string) (udecimal.Decimal, error) {
	value, err := decimal(key, text)
	if err == nil && value.LessThan(udecimal.MustFromInt64(-100, 0)) {
		return udecimal.Zero, fmt.Errorf("chargeback rules: %s %q: a discount of more than everything: use -100 or more", key, text)
	}
	return value, err
}

func weight(key, text string) (udecimal.Decimal, error) {
	value, err := decimal(key, text)
	if err == nil && value.Sign() < 0 {
		return udecimal.Zero, fmt.Errorf("chargeback rules: %s %q: a share cannot be negative", key, text)
	}
	return value, err
}
