package chargeback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/strictyaml"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Rules say how a month is charged. The zero value charges every department
// its own calls and lists the rest.
type Rules struct {
	// Allocate is the treatment of the cost of shared departments and of calls
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
	// Currency is the one that departments are billed in; "" is US dollars.
	Currency string `json:"currency,omitempty"`

	rates *Rates
}

// none tells a statement without rules, such as one for which their file was not named.
func (r *Rules) none() bool {
	return (r.Allocate == "" || r.Allocate == List) && r.Currency == "" && r.Markup.IsZero() && len(r.Shared)+len(r.Markups)+len(r.Adjustments) == 0
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

// oneOfAllocations lists them for an error.
func oneOfAllocations() string {
	var list strings.Builder
	for i, a := range allocations {
		switch i {
		case 0:
		case len(allocations) - 1:
			list.WriteString(" or ")
		default:
			list.WriteString(", ")
		}
		list.WriteString(string(a))
	}
	return list.String()
}

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
	Currency    string            `yaml:"currency"`
	Rates       string            `yaml:"rates"`
	Adjustments []struct {
		Month      string `yaml:"month"`
		Department string `yaml:"department"`
		Amount     string `yaml:"amount"`
		Reason     string `yaml:"reason"`
	} `yaml:"adjustments"`
}

// ReadRulesFile reads rules in YAML, and the exchange rates that they name, by a
// path relative to the file.
func ReadRulesFile(path string) (Rules, error) {
	text, err := plainfile.Read(path)
	if err != nil {
		return Rules{}, err
	}
	rules, rates, err := readRules(bytes.NewReader(text))
	if err != nil || rates == "" {
		return rules, err
	}
	if !filepath.IsAbs(rates) {
		rates = filepath.Join(filepath.Dir(path), rates)
	}
	file, err := plainfile.Open(rates)
	if err != nil {
		return Rules{}, fmt.Errorf("chargeback rules: rates: %w", err)
	}
	defer file.Close()
	read, err := ReadRates(file)
	if err != nil {
		return Rules{}, fmt.Errorf("%s: %w", rates, err)
	}
	return rules.WithRates(read), nil
}

// ReadRules reads rules in YAML. Errors name the key, the value and the fix. Exchange
// rates are left to WithRates.
func ReadRules(r io.Reader) (Rules, error) {
	rules, _, err := readRules(r)
	return rules, err
}

func readRules(r io.Reader) (_ Rules, rates string, err error) {
	rules, file, err := decodeRules(r)
	if err != nil {
		return Rules{}, "", err
	}
	return rules, file.Rates, rules.Validate()
}

func decodeRules(r io.Reader) (Rules, *rulesFile, error) {
	var file rulesFile
	if err := strictyaml.Decode(r, &file); err != nil {
		return Rules{}, nil, fmt.Errorf("chargeback rules: %w", err)
	}
	if file.Rates != "" && file.Currency == "" {
		return Rules{}, nil, fmt.Errorf("chargeback rules: rates %q: no effect without a currency: add the key currency, such as currency: EUR", file.Rates)
	}
	if _, ok := file.Shares[semconv.Unattributed]; ok {
		return Rules{}, nil, fmt.Errorf("chargeback rules: shares.%s: the cost of calls without a department is divided among the others: remove this share", semconv.Unattributed)
	}
	rules := Rules{Allocate: file.Allocate, Shared: file.Shared, Currency: file.Currency}
	var err error
	if file.Markup != "" {
		if rules.Markup, err = percent("markup", file.Markup); err != nil {
			return Rules{}, nil, err
		}
	}
	if rules.Markups, err = amounts("markups", file.Markups, percent); err != nil {
		return Rules{}, nil, err
	}
	if rules.Shares, err = amounts("shares", file.Shares, weight); err != nil {
		return Rules{}, nil, err
	}
	for i, a := range file.Adjustments {
		key := fmt.Sprintf("adjustments[%d].amount", i)
		if a.Department == "" {
			return Rules{}, nil, fmt.Errorf("chargeback rules: adjustments[%d].department: empty: name the department, or %s for calls without one", i, semconv.Unattributed)
		}
		amount, err := decimal(key, a.Amount)
		if err != nil {
			return Rules{}, nil, err
		}
		rules.Adjustments = append(rules.Adjustments, ManualAdjustment{Month: a.Month, Department: report.Value(ledger.ByDepartment, a.Department), Amount: amount, Reason: a.Reason})
	}
	return rules, &file, nil
}

// Validate reports the first rule that cannot be carried out.
func (r *Rules) Validate() error {
	if r.Allocate != "" && !slices.Contains(allocations, r.Allocate) {
		return fmt.Errorf("chargeback rules: allocate %q: expected %s", r.Allocate, oneOfAllocations())
	}
	if r.Allocate == Shares && len(r.Shares) == 0 {
		return errors.New(`chargeback rules: allocate "shares": the key shares is missing: add it, such as shares: {claims: "60", support: "40"}`)
	}
	if r.Allocate != Shares && len(r.Shares) > 0 {
		return fmt.Errorf("chargeback rules: shares: no effect with allocate %q: set allocate: shares", r.Allocate)
	}
	if r.Currency != "" && !isCurrency(r.Currency) {
		return fmt.Errorf("chargeback rules: currency %q: expected three capitals, such as EUR", r.Currency)
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

func isCurrency(code string) bool {
	return len(code) == 3 && !strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
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

// amounts parses the figures of departments, which have the names that statements give them.
func amounts(key string, texts map[string]string, parse func(key, text string) (udecimal.Decimal, error)) (map[string]udecimal.Decimal, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	parsed := make(map[string]udecimal.Decimal, len(texts))
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		value, err := parse(key+"."+name, texts[name])
		if err != nil {
			return nil, err
		}
		parsed[report.Value(ledger.ByDepartment, name)] = value
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
		return udecimal.Zero, fmt.Errorf("chargeback rules: %s %q: a discount cannot be more than 100 percent: use -100 or more", key, text)
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
