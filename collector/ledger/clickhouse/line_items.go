package clickhouse

import (
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
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
	cards map[string]card // by rates
	rates []byte
	again []byte
	lines []pricing.Line
}

// maxCards bounds what is remembered: more than the models of a busy service.
const maxCards = 1024

// card is what rates say.
type card struct {
	rates string
	lines []pricing.Line // without quantity and amount
	units []udecimal.Decimal
	exact bool // no digit of an amount is lost, here or in the view
}

// split returns the rates of a bill and appends its quantities, none where they
// are those that the usage gives.
func (l *lineItems) split(json string, usage *ledger.Usage, quantities []int64) (rates string, appended []int64, ok bool) {
	before := len(quantities)
	appended, ok = l.scan(json, quantities)
	if !ok {
		return "", quantities, false
	}
	card := l.card()
	if !card.exact || string(l.render(&card, appended[before:])) != json {
		return "", quantities, false
	}
	for i := range card.lines {
		if n, known := quantityOf(card.lines[i].Kind, usage); !known || n != appended[before+i] {
			return card.rates, appended, true
		}
	}
	return card.rates, quantities, true
}

// scan reads the form that pricing.AppendLines writes: rates go to l.rates.
func (l *lineItems) scan(json string, quantities []int64) ([]int64, bool) {
	l.rates = l.rates[:0]
	rest, ok := strings.CutPrefix(json, "[")
	for n := 0; ok; n++ {
		var kind, quantity, rate, per, multiplier string
		if kind, rest, ok = between(rest, `{"kind":"`, `"`); !ok {
			break
		}
		if quantity, rest, ok = between(rest, `,"quantity":`, `,`); !ok {
			break
		}
		if rate, rest, ok = between(rest, `"rate_usd":"`, `"`); !ok {
			break
		}
		if per, rest, ok = between(rest, `,"per":`, `,`); !ok {
			break
		}
		if strings.HasPrefix(rest, `"multiplier":"`) {
			if multiplier, rest, ok = between(rest, `"multiplier":"`, `",`); !ok {
				break
			}
		}
		if _, rest, ok = between(rest, `"cost_usd":"`, `"}`); !ok {
			break
		}
		q, err := strconv.ParseInt(quantity, 10, 64)
		if err != nil || strings.ContainsAny(kind, " ;") {
			return quantities, false
		}
		quantities = append(quantities, q)
		if n > 0 {
			l.rates = append(l.rates, ';')
		}
		l.rates = append(append(append(l.rates, kind...), ' '), rate...)
		l.rates = append(append(l.rates, ' '), per...)
		if multiplier != "" {
			l.rates = append(append(l.rates, ' '), multiplier...)
		}
		if rest == "]" {
			return quantities, true
		}
		rest, ok = strings.CutPrefix(rest, ",")
	}
	return quantities, false
}

// between cuts prefix off and returns what stands before end.
func between(s, prefix, end string) (value, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, prefix); !ok {
		return "", "", false
	}
	return strings.Cut(s, end)
}

// card is what l.rates say.
func (l *lineItems) card() card {
	if c, known := l.cards[string(l.rates)]; known {
		return c
	}
	return l.remember(string(l.rates))
}

func (l *lineItems) remember(rates string) card {
	if l.cards == nil || len(l.cards) >= maxCards {
		l.cards = make(map[string]card)
	}
	c := readCard(rates)
	l.cards[rates] = c
	return c
}

// Digits after the point: an amount here holds 19, the multiplier in the
// table's line_items 11.
const (
	maxDigits           = 19
	maxMultiplierDigits = 11
)

func readCard(rates string) card {
	c := card{rates: rates, exact: true}
	for text := range strings.SplitSeq(rates, ";") {
		words := strings.Split(text, " ")
		if len(words) < 3 || len(words) > 4 {
			return card{}
		}
		line := pricing.Line{Kind: words[0], Multiplier: udecimal.MustFromInt64(1, 0)}
		var err error
		if line.Rate, err = udecimal.Parse(words[1]); err != nil {
			return card{}
		}
		if line.Per, err = strconv.ParseInt(words[2], 10, 64); err != nil {
			return card{}
		}
		if len(words) == 4 {
			if line.Multiplier, err = udecimal.Parse(words[3]); err != nil {
				return card{}
			}
		}
		zeros := len(words[2]) - 1
		if words[2] != "1"+strings.Repeat("0", zeros) {
			return card{} // only tenths are exact
		}
		digits := uint8(min(zeros, maxDigits))
		share, err := udecimal.NewFromInt64(1, digits)
		if err != nil || line.Rate.PrecUint()+line.Multiplier.PrecUint()+digits > maxDigits || line.Multiplier.PrecUint() > maxMultiplierDigits {
			return card{}
		}
		c.lines = append(c.lines, line)
		c.units = append(c.units, share.Mul(line.Rate).Mul(line.Multiplier))
	}
	return c
}

// join puts a bill together; no quantities are those that the usage gives.
func (l *lineItems) join(rates string, quantities []int64, usage *ledger.Usage) string {
	c, known := l.cards[rates]
	if !known {
		c = l.remember(rates)
	}
	if len(quantities) == 0 {
		for i := range c.lines {
			n, _ := quantityOf(c.lines[i].Kind, usage)
			quantities = append(quantities, n)
		}
	}
	if len(c.lines) == 0 || len(quantities) != len(c.lines) {
		return "" // never written
	}
	return string(l.render(&c, quantities))
}

func (l *lineItems) render(c *card, quantities []int64) []byte {
	l.lines = append(l.lines[:0], c.lines...)
	for i := range l.lines {
		l.lines[i].Quantity = quantities[i]
		l.lines[i].Amount = c.units[i].Mul(udecimal.MustFromInt64(quantities[i], 0))
	}
	l.again = pricing.AppendLines(l.again[:0], l.lines)
	return l.again
}

// quantityOf is what the usage of a call says of a kind, where its other counts
// leave no doubt. The view llm_calls says the same.
func quantityOf(kind string, u *ledger.Usage) (n int64, known bool) {
	switch kind {
	case "input":
		return u.Input - u.CacheRead - u.CacheWrite, true
	case "cache_read":
		return u.CacheRead, true
	case "output":
		return u.Output, true
	}
	return 0, false
}
