package ledger

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

const (
	// maxContextParts is the number of tools that a group lists separately.
	maxContextParts = 1000
	// contextRest is the name for the sum of further tools.
	contextRest = ContextTools + "(rest)"
	// centDigits are the decimals to which the cost of a call is shared out where its
	// cost has no more, which is faster than costDigits.
	centDigits, costDigits = 12, 18
)

// ContextSums adds up calls. Each call's tokens and cost are shared out in proportion to
// the bytes of its parts, by the largest remainder.
type ContextSums struct {
	groups map[string]*contextGroup
	parts  []contextShare // of the call
	lines  []pricing.Line
	key    []byte
}

type contextGroup struct {
	use   ContextUse
	parts map[string]*contextSum
}

// contextSum is the sum of a part. Its cost is hi:lo in units of 10^-centDigits, and exact.
type contextSum struct {
	calls, tokens int64
	hi, lo        uint64
	exact         udecimal.Decimal
}

type contextShare struct {
	name  string
	bytes uint64
	// of what is shared out
	part, remainder uint64
}

// Add adds a call: the values of the dimensions, its input tokens, its line items and the
// bytes of its parts. A call whose parts are none is left out.
func (s *ContextSums) Add(key []string, input int64, lineItems, shares string) {
	total, ok := s.read(shares)
	if !ok {
		return
	}
	g := s.group(key)
	g.use.Calls++
	g.use.Input += input
	share(s.parts, total, uint64(max(0, input)))
	sums := make([]*contextSum, 0, 32)
	for i := range s.parts {
		sum := g.part(s.parts[i].name)
		sum.calls++
		sum.tokens += int64(s.parts[i].part)
		sums = append(sums, sum)
	}
	cost, known := s.inputCost(lineItems)
	if !known {
		if input > 0 {
			g.use.NoCost++
		}
		return
	}
	g.use.Cost = g.use.Cost.Add(cost)
	if units, ok := unitsOf(cost); ok {
		share(s.parts, total, units)
		for i, sum := range sums {
			var carry uint64
			sum.lo, carry = bits.Add64(sum.lo, s.parts[i].part, 0)
			sum.hi += carry
		}
		return
	}
	for i, amount := range shareExactly(s.parts, total, cost) {
		sums[i].exact = sums[i].exact.Add(amount)
	}
}

// Uses are the groups in order of their keys.
func (s *ContextSums) Uses() []ContextUse {
	uses := make([]ContextUse, 0, len(s.groups))
	for _, g := range s.groups {
		g.use.Parts = make([]ContextPart, 0, len(g.parts))
		for name, sum := range g.parts {
			cost := sum.exact
			// Of below 2^128, and of fewer decimals than a Decimal has.
			if units, err := udecimal.NewFromHiLo(false, sum.hi, sum.lo, centDigits); err == nil {
				cost = cost.Add(units)
			}
			g.use.Parts = append(g.use.Parts, ContextPart{Name: name, Calls: sum.calls, Tokens: sum.tokens, Cost: cost})
		}
		rowsort.Func(g.use.Parts, func(a, b ContextPart) int { return strings.Compare(a.Name, b.Name) })
		uses = append(uses, g.use)
	}
	rowsort.Func(uses, func(a, b ContextUse) int { return slices.Compare(a.Key, b.Key) })
	return uses
}

func (s *ContextSums) group(key []string) *contextGroup {
	s.key = s.key[:0]
	for _, value := range key {
		s.key = append(append(s.key, value...), 0)
	}
	if g := s.groups[string(s.key)]; g != nil {
		return g
	}
	if s.groups == nil {
		s.groups = map[string]*contextGroup{}
	}
	g := &contextGroup{use: ContextUse{Key: slices.Clone(key)}, parts: map[string]*contextSum{}}
	if g.use.Key == nil {
		g.use.Key = []string{}
	}
	s.groups[string(s.key)] = g
	return g
}

func (g *contextGroup) part(name string) *contextSum {
	if sum := g.parts[name]; sum != nil {
		return sum
	}
	if len(g.parts) >= maxContextParts && strings.HasPrefix(name, ContextTools) && name != contextRest {
		return g.part(contextRest)
	}
	sum := &contextSum{}
	g.parts[strings.Clone(name)] = sum
	return sum
}

// read takes the parts apart; ok is false for a text that is none.
func (s *ContextSums) read(shares string) (total uint64, ok bool) {
	s.parts = s.parts[:0]
	for part := range strings.SplitSeq(shares, " ") {
		name, size, found := strings.Cut(part, ":")
		bytes, err := strconv.ParseUint(size, 10, 48)
		if !found || err != nil || bytes == 0 || !isContextPart(name) || len(s.parts) == 32 {
			return 0, false
		}
		s.parts = append(s.parts, contextShare{name: name, bytes: bytes})
		total += bytes
	}
	return total, true
}

func isContextPart(name string) bool {
	switch name {
	case ContextSystem, ContextHistory, ContextRetrieved, ContextLast:
		return true
	}
	return strings.HasPrefix(name, ContextTools) && name != ContextTools
}

// inputCost sums the lines that bill the input. It is not known of a call without a
// price, or with one for the whole.
func (s *ContextSums) inputCost(lineItems string) (cost udecimal.Decimal, known bool) {
	if lineItems == "" {
		return cost, false
	}
	lines, ok := pricing.ParseLines(s.lines[:0], lineItems)
	s.lines = lines
	if !ok {
		return cost, false
	}
	for i := range lines {
		if pricing.BillsInput(lines[i].Kind) {
			cost, known = cost.Add(lines[i].Amount), true
		}
	}
	return cost, known
}

// unitsOf is a cost in units of 10^-centDigits, where it is a whole number of them.
func unitsOf(cost udecimal.Decimal) (units uint64, ok bool) {
	neg, hi, lo, digits, ok := cost.ToHiLo()
	if !ok || neg || hi != 0 || digits > centDigits {
		return 0, false
	}
	for ; digits < centDigits; digits++ {
		var over uint64
		if over, lo = bits.Mul64(lo, 10); over != 0 {
			return 0, false
		}
	}
	return lo, true
}

// share shares n out by the bytes of the parts, of which there are total: each has its
// quota rounded down, and what is left goes to the largest remainders, one each, the first
// of equal ones first.
func share(parts []contextShare, total, n uint64) {
	left := n
	for i := range parts {
		p := &parts[i]
		hi, lo := bits.Mul64(n, p.bytes)
		p.part, p.remainder = bits.Div64(hi, lo, total) // p.bytes is at most total
		left -= p.part
	}
	for ; left > 0; left-- {
		largest := 0
		for i := range parts {
			if parts[i].remainder > parts[largest].remainder {
				largest = i
			}
		}
		parts[largest].part++
		parts[largest].remainder = 0
	}
}

// shareExactly does so with a cost of many digits, in units of 10^-costDigits.
func shareExactly(parts []contextShare, total uint64, cost udecimal.Decimal) []udecimal.Decimal {
	units, _ := new(big.Int).SetString(strings.Replace(cost.StringFixed(costDigits), ".", "", 1), 10)
	divisor := new(big.Int).SetUint64(total)
	left := new(big.Int).Set(units)
	type quota struct{ part, remainder *big.Int }
	quotas := make([]quota, len(parts))
	order := make([]int, len(parts))
	for i := range parts {
		part, remainder := new(big.Int), new(big.Int)
		part.QuoRem(new(big.Int).Mul(units, new(big.Int).SetUint64(parts[i].bytes)), divisor, remainder)
		quotas[i], order[i] = quota{part, remainder}, i
		left.Sub(left, part)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(quotas[b].remainder.Cmp(quotas[a].remainder), cmp.Compare(a, b))
	})
	for _, i := range order[:left.Int64()] {
		quotas[i].part.Add(quotas[i].part, big.NewInt(1))
	}
	amounts := make([]udecimal.Decimal, len(parts))
	for i := range quotas {
		text := quotas[i].part.String()
		if n := costDigits + 1 - len(text); n > 0 {
			text = strings.Repeat("0", n) + text
		}
		amounts[i] = udecimal.MustParse(text[:len(text)-costDigits] + "." + text[len(text)-costDigits:])
	}
	return amounts
}
