package clickhouse

import (
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// lineItems takes the JSON of a bill apart into what few calls differ in, its
// rates, and its quantities, which are mostly counts that the call has anyway;
// and puts it together again, to the byte. What it cannot put together it does
// not take apart.
//
// Rates are "kind rate per" or "kind rate per multiplier", separated by
// semicolons: "input 0.25 1000000;output 2 1000000". The view llm_calls puts
// them together in SQL.
type lineItems struct {
	cards  map[string]*card // by rates
	latest []*card          // exact ones that bills were of, the last first
	rates  []byte
	again  []byte
	lines  []pricing.Line
}

// maxCards bounds what is remembered: more than the models of a busy service.
// maxLatest bounds what is tried before a bill is read without a card.
const (
	maxCards  = 1024
	maxLatest = 8
)

// split returns the rates of a bill and appends its quantities, none where they
// are those that the usage gives.
func (l *lineItems) split(json string, used *usage.Counts, quantities []int64) (rates string, appended []int64, ok bool) {
	before := len(quantities)
	c, appended := l.match(json, quantities)
	if c == nil {
		if appended, ok = l.scan(json, quantities); !ok {
			return "", quantities, false
		}
		c = l.card()
		if !c.exact || string(l.render(c, appended[before:])) != json {
			return "", quantities, false
		}
		l.use(c, len(l.latest))
	}
	for i := range c.lines {
		if n, known := quantityOf(c.lines[i].Kind, used); !known || n != appended[before+i] {
			return c.rates, appended, true
		}
	}
	return c.rates, quantities, true
}

// match finds the card of a bill among the latest.
func (l *lineItems) match(json string, quantities []int64) (*card, []int64) {
	for i, c := range l.latest {
		if appended, ok := c.match(json, quantities, &l.again); ok {
			l.use(c, i)
			return c, appended
		}
	}
	return nil, quantities
}

// use puts the card to the front, which stood at i or nowhere.
func (l *lineItems) use(c *card, i int) {
	if i == len(l.latest) && i < maxLatest {
		l.latest = append(l.latest, nil)
	}
	i = min(i, len(l.latest)-1)
	copy(l.latest[1:i+1], l.latest[:i])
	l.latest[0] = c
}

// scan reads a bill without a card: its rates go to l.rates.
func (l *lineItems) scan(json string, quantities []int64) ([]int64, bool) {
	var ok bool
	if l.lines, ok = pricing.ParseLines(l.lines[:0], json); !ok {
		return quantities, false
	}
	l.rates = l.rates[:0]
	for i := range l.lines {
		line := &l.lines[i]
		if strings.ContainsAny(line.Kind, " ;") {
			return quantities, false
		}
		quantities = append(quantities, line.Quantity)
		if i > 0 {
			l.rates = append(l.rates, ';')
		}
		l.rates = append(append(l.rates, line.Kind...), ' ')
		l.rates, _ = line.Rate.AppendText(l.rates) // never fails
		l.rates = strconv.AppendInt(append(l.rates, ' '), line.Per, 10)
		if !line.Multiplier.Equal(one) {
			l.rates, _ = line.Multiplier.AppendText(append(l.rates, ' '))
		}
	}
	return quantities, true
}

// one is the multiplier that a bill leaves out.
var one = udecimal.MustFromInt64(1, 0)

// card returns what l.rates say.
func (l *lineItems) card() *card {
	if c, known := l.cards[string(l.rates)]; known {
		return c
	}
	return l.remember(string(l.rates))
}

func (l *lineItems) remember(rates string) *card {
	if l.cards == nil || len(l.cards) >= maxCards {
		l.cards = make(map[string]*card)
	}
	c := readCard(rates)
	l.cards[rates] = &c
	return &c
}

// join puts a bill together; no quantities are those that the usage gives.
func (l *lineItems) join(rates string, quantities []int64, used *usage.Counts) string {
	c, known := l.cards[rates]
	if !known {
		c = l.remember(rates)
	}
	if len(quantities) == 0 {
		for i := range c.lines {
			n, _ := quantityOf(c.lines[i].Kind, used)
			quantities = append(quantities, n)
		}
	}
	if len(c.lines) == 0 || len(quantities) != len(c.lines) {
		return "" // never written
	}
	return string(l.render(c, quantities))
}

func (l *lineItems) render(c *card, quantities []int64) []byte {
	l.lines = append(l.lines[:0], c.lines...)
	for i := range l.lines {
		l.lines[i].Quantity = quantities[i]
		l.lines[i].Amount = c.amount(i, quantities[i])
	}
	l.again = pricing.AppendLines(l.again[:0], l.lines)
	return l.again
}

// quantityOf returns what the usage of a call says of a kind, where its other counts
// leave no doubt. The view llm_calls says the same.
func quantityOf(kind string, u *usage.Counts) (n int64, known bool) {
	switch kind {
	case "input":
		return u[usage.Input] - u[usage.CacheRead] - u[usage.CacheWrite], true
	case "cache_read":
		return u[usage.CacheRead], true
	case "output":
		return u[usage.Output], true
	}
	return 0, false
}
