package explain

import (
	"fmt"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Price is why a call costs what it costs.
type Price struct {
	Reason Reason
	Row    string // of the catalogue today, such as openai/gpt-5; "" when there is none
	Lines  []Line
	// Unread is the beginning of a bill that is not in the form that genai_cost writes, as
	// other programs may send one: it has no Lines.
	Unread string
}

// unreadBytes is how much of such a bill is shown.
const unreadBytes = 80

// Line is one line of the bill of a call.
type Line struct {
	Kind       string
	Quantity   int64
	Unit       string
	Rate       udecimal.Decimal // USD for each Per units
	Per        int64
	Multiplier udecimal.Decimal
	Amount     udecimal.Decimal
	// From and Until are the period of the rate, and Sources where it was read:
	// all empty when the catalogue does not have the rate any more.
	From, Until string
	Sources     []Source
}

// Source is where a rate was read.
type Source struct {
	Key, Title, Read string // Read is a day; "" when not known
}

// dayOf has the flags that select the day of a call.
func dayOf(c *ledger.Call) string {
	day := c.Start.UTC()
	return "--from " + day.Format(time.DateOnly) + " --to " + day.AddDate(0, 0, 1).Format(time.DateOnly)
}

// Call explains the price of a call: the amounts are those of the ledger, and
// the catalogue says where their rates come from.
func Call(c *ledger.Call, prices *pricing.Catalogue) *Price {
	p := &Price{Reason: Why(c.Cost.Reason, dayOf(c))}
	asked := reprice.CallOf(c)
	now := prices.Price(&asked)
	var rates []pricing.EntryRate
	var titles map[string]Source
	if now.Model != "" {
		p.Row = now.Provider + "/" + now.Model
		if now.Region != "" {
			p.Row += " (" + now.Region + ")"
		}
		rates, titles = ratesOf(c, prices, &now)
	}
	if c.Cost.Bill.IsZero() {
		return p
	}
	stored, ok := c.Cost.Bill.Lines()
	if !ok {
		p.Unread = fmt.Sprintf("%.*q", unreadBytes, c.Cost.Bill.Text())
		return p
	}
	for i := range stored {
		s := &stored[i]
		line := Line{
			Kind: s.Kind, Quantity: s.Quantity, Unit: Unit(s.Per), Rate: s.Rate, Per: s.Per,
			Multiplier: s.Multiplier, Amount: s.Amount,
		}
		if at := slices.IndexFunc(rates, func(r pricing.EntryRate) bool {
			return r.Kind == s.Kind && r.Amount.Equal(s.Rate) && r.InForce(c.Start)
		}); at >= 0 {
			line.From, line.Until = rates[at].From, rates[at].Until
			for _, key := range rates[at].Sources {
				line.Sources = append(line.Sources, titled(key, titles))
			}
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// ratesOf are the rates of the row that prices a call, those of its mode first.
func ratesOf(c *ledger.Call, prices *pricing.Catalogue, now *pricing.Result) ([]pricing.EntryRate, map[string]Source) {
	titles := map[string]Source{}
	var rates []pricing.EntryRate
	entries := prices.Entries()
	for i := range entries {
		e := &entries[i]
		if e.Provider != now.Provider || e.Model.Model != now.Model || e.Region != now.Region {
			continue
		}
		rates = append(rates, e.Rates()...)
		for key, source := range e.Titles {
			titles[key] = Source{key, source.Title, source.Read}
		}
	}
	rowsort.StableFunc(rates, func(a, b pricing.EntryRate) int { return rank(&a, now) - rank(&b, now) })
	return rates, titles
}

func rank(r *pricing.EntryRate, now *pricing.Result) int {
	if r.Mode == now.Mode {
		return 0
	}
	return 1
}

func titled(key string, titles map[string]Source) Source {
	if source, ok := titles[key]; ok {
		return source
	}
	return Source{Key: key, Title: key}
}

// Unit names what a rate is for, by the number of units that it is for.
func Unit(per int64) string {
	switch per {
	case 1_000_000:
		return "1M tokens"
	case 1_000:
		return "1,000"
	case 1:
		return "second"
	}
	return "hour"
}

// standardMode is how calls are served unless asked otherwise.
const standardMode = "standard"

// ListPrice is the price of a row of the price list for calls served as usual.
type ListPrice struct {
	Input, CacheRead, Output *udecimal.Decimal // nil = none
	Modes                    []string          // the other modes that have a price
	InForce                  bool
}

// ListPriceOf is the list price of a row at a moment.
func ListPriceOf(e *pricing.Entry, at time.Time) (p ListPrice) {
	for _, r := range e.Rates() {
		if !r.InForce(at) {
			continue
		}
		p.InForce = true
		if r.Mode != standardMode {
			if !slices.Contains(p.Modes, r.Mode) {
				p.Modes = append(p.Modes, r.Mode)
			}
			continue
		}
		if r.Applies != "" {
			continue
		}
		switch r.Kind {
		case "input":
			p.Input = &r.Amount
		case "cache_read":
			p.CacheRead = &r.Amount
		case "output":
			p.Output = &r.Amount
		}
	}
	return p
}
