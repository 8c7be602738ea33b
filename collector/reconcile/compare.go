package reconcile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Options say what to compare the export with.
type Options struct {
	Provider  string // catalogue name or alias
	Catalogue *pricing.Catalogue
	// Tolerance is the difference in USD, for a day and model, that counts as
	// none: vendors round their positions.
	Tolerance udecimal.Decimal
}

// Verdict of one day and model.
type Verdict string

// Verdicts.
const (
	Matched Verdict = "matched"
	Missing Verdict = "missing" // the vendor has it, the ledger does not
	Extra   Verdict = "extra"   // the ledger has it, the vendor does not
	Differs Verdict = "differs"
)

func isZero(t *ledger.Totals) bool {
	return t.Calls == 0 && t.Input == 0 && t.Output == 0 && t.Cost.IsZero()
}

// Row is one day and model.
type Row struct {
	Day     time.Time
	Model   string // catalogue row where the id is known, else the id
	Vendor  ledger.Totals
	Ledger  ledger.Totals
	Verdict Verdict
	Cause   string // the likely one, "" when matched
}

// Tokens is how many more tokens the ledger has than the vendor.
func (r *Row) Tokens() int64 {
	return r.Ledger.Input + r.Ledger.Output - r.Vendor.Input - r.Vendor.Output
}

// Difference is how much more the ledger has than the vendor, in USD.
func (r *Row) Difference() udecimal.Decimal { return r.Ledger.Cost.Sub(r.Vendor.Cost) }

// Result is the comparison.
type Result struct {
	From, Until time.Time // days of the export
	Export      *Export
	Rows        []Row // by day, then model
	Total       Row
}

type dayModel struct {
	day   time.Time
	model string
}

// Compare asks the ledger for the days of the export and compares.
func Compare(ctx context.Context, reader ledger.Reader, export *Export, opts Options) (*Result, error) {
	if err := export.Complete(); err != nil {
		return nil, err
	}
	if len(export.Lines) == 0 {
		return nil, fmt.Errorf("%s: the export has no line items%s", export.Kind, export.leftOutHint())
	}
	c := comparison{export: export, opts: opts, rows: make(map[dayModel]*Row), models: make(map[string]string)}
	c.named = slices.ContainsFunc(export.Lines, func(l Line) bool { return l.Named && !isCharge(l.Model) && !c.isID(l.Model, l.Day) })
	if c.named {
		c.nameFamilies()
	}
	for i := range export.Lines {
		c.addVendor(&export.Lines[i])
	}
	from, until := c.days()
	groups, err := reader.Aggregate(ctx, ledger.Query{
		From: from, Until: until,
		By: []ledger.Dimension{ledger.ByDay, ledger.ByProvider, ledger.ByModel},
	})
	if err != nil {
		return nil, err
	}
	for i := range groups {
		if err := c.addLedger(&groups[i]); err != nil {
			return nil, err
		}
	}
	return c.result(from, until), nil
}

type comparison struct {
	export *Export
	opts   Options
	rows   map[dayModel]*Row
	named  bool              // the vendor names models otherwise than calls do
	models map[string]string // the name that each family is shown by
}

func (c *comparison) row(day time.Time, model string) *Row {
	key := dayModel{day, c.canonical(model, day)}
	if c.rows[key] == nil {
		c.rows[key] = &Row{Day: day, Model: key.model}
	}
	return c.rows[key]
}

// canonical gives the ids of one model one name. Vendors and applications name
// the same model by alias or snapshot.
func (c *comparison) canonical(model string, day time.Time) string {
	if isCharge(model) {
		return model
	}
	if !c.named {
		return c.resolved(model, day)
	}
	key := family(model)
	if key == "" {
		return charge(model)
	}
	if c.models[key] == "" {
		c.models[key] = strings.ToLower(model)
	}
	return c.models[key]
}

// nameFamilies shows each family by the shortest name that the catalogue has of it,
// without region, maker and snapshot, of which a family has several.
func (c *comparison) nameFamilies() {
	for _, e := range c.opts.Catalogue.Entries() {
		if !c.opts.Catalogue.SameProvider(e.Provider, c.opts.Provider) || e.CatchAll {
			continue
		}
		name := plainName(e.Model.Model)
		key := family(e.Model.Model)
		if shown := c.models[key]; key != "" && (shown == "" || len(name) < len(shown) || len(name) == len(shown) && name < shown) {
			c.models[key] = name
		}
	}
}

// isID reports whether calls have the name as it is.
func (c *comparison) isID(model string, day time.Time) bool {
	_, reason := c.opts.Catalogue.Resolve(c.opts.Provider, model, day)
	return reason == ""
}

func (c *comparison) resolved(model string, day time.Time) string {
	entries, reason := c.opts.Catalogue.Resolve(c.opts.Provider, model, day)
	if reason == "" && len(entries) > 0 && !entries[0].CatchAll {
		return entries[0].Model.Model
	}
	return strings.ToLower(model)
}

func (c *comparison) addVendor(line *Line) {
	v := &c.row(line.Day, line.Model).Vendor
	*v = v.Add(ledger.Totals{
		Calls: line.Calls, Input: line.Input, Output: line.Output,
		CacheRead: line.CacheRead, CacheWrite: line.CacheWrite, Cost: line.Cost,
	})
}

func (c *comparison) addLedger(group *ledger.Group) error {
	if !c.opts.Catalogue.SameProvider(group.Key[1], c.opts.Provider) {
		return nil
	}
	day, err := time.Parse(time.DateOnly, group.Key[0])
	if err != nil {
		return fmt.Errorf("day %q: %w", group.Key[0], err)
	}
	l := &c.row(day, group.Key[2]).Ledger
	*l = l.Add(group.Totals)
	return nil
}

// days is the stretch of whole days the export covers.
func (c *comparison) days() (from, until time.Time) {
	for i := range c.export.Lines {
		day := c.export.Lines[i].Day
		if from.IsZero() || day.Before(from) {
			from = day
		}
		if end := day.AddDate(0, 0, 1); end.After(until) {
			until = end
		}
	}
	return from, until
}

func (c *comparison) result(from, until time.Time) *Result {
	r := &Result{From: from, Until: until, Export: c.export}
	for _, row := range c.rows {
		if isZero(&row.Vendor) && row.Ledger.Input+row.Ledger.Output == 0 && row.Ledger.Cost.IsZero() {
			continue // calls that were refused: vendors do not list them
		}
		row.Verdict = c.verdict(row)
		r.Total.add(row)
		r.Rows = append(r.Rows, *row)
	}
	rowsort.Func(r.Rows, func(a, b Row) int {
		if d := a.Day.Compare(b.Day); d != 0 {
			return d
		}
		return strings.Compare(a.Model, b.Model)
	})
	for i := range r.Rows {
		if r.Rows[i].Verdict != Matched {
			r.Rows[i].Cause = c.cause(&r.Rows[i], r.Rows)
		}
	}
	r.Total.Verdict = c.verdict(&r.Total)
	return r
}

func (r *Row) add(o *Row) {
	r.Vendor, r.Ledger = r.Vendor.Add(o.Vendor), r.Ledger.Add(o.Ledger)
}

func (c *comparison) verdict(row *Row) Verdict {
	switch {
	case isZero(&row.Ledger):
		return Missing
	case isZero(&row.Vendor):
		return Extra
	case c.sameTokens(row) && c.sameCost(row):
		return Matched
	}
	return Differs
}

// sameTokens and sameCost hold where the export does not state the figure.
func (c *comparison) sameTokens(row *Row) bool {
	return !c.export.HasUsage || row.Vendor.Input == row.Ledger.Input && row.Vendor.Output == row.Ledger.Output
}

func (c *comparison) sameCost(row *Row) bool {
	return !c.export.HasCost || !row.Difference().Abs().GreaterThan(c.opts.Tolerance)
}
