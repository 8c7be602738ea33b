package ledger

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
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
	last   *contextGroup  // that a call was added to
	parts  []contextShare // of the call
	sums   []*contextSum  // of the parts
	lines  []pricing.Line
	key    []byte
}

type contextGroup struct {
	use    ContextUse
	parts  map[string]*contextSum
	places []*contextSum // by the place in the call before: calls of a group mostly have the same parts
	cost   unitSum
}

// contextSum is the sum of a part.
type contextSum struct {
	name          string
	calls, tokens int64
	cost          unitSum
	exact         udecimal.Decimal // of costs of more digits
}

// unitSum is hi:lo, in units of 10^-centDigits.
type unitSum struct{ hi, lo uint64 }

func (u *unitSum) add(units uint64) {
	var carry uint64
	u.lo, carry = bits.Add64(u.lo, units, 0)
	u.hi += carry
}

func (u *unitSum) join(other *unitSum) {
	u.add(other.lo)
	u.hi += other.hi
}

// addTo adds a sum of below 2^128, and of fewer decimals than a Decimal has.
func (u *unitSum) addTo(d udecimal.Decimal) udecimal.Decimal {
	if units, err := udecimal.NewFromHiLo(false, u.hi, u.lo, centDigits); err == nil {
		d = d.Add(units)
	}
	return d
}

type contextShare struct {
	name  string
	bytes uint64
	// of what is shared out
	part, remainder uint64
}

// Add adds a call: the values of the dimensions, its input tokens, its line items and the
// bytes of its parts. A call whose parts are none is left out. The texts may change
// afterwards.
func (s *ContextSums) Add(key []string, input int64, lineItems, shares string) {
	total, ok := s.read(shares)
	if !ok {
		return
	}
	g := s.group(key)
	g.use.Calls++
	g.use.Input += input
	share(s.parts, total, uint64(max(0, input)))
	s.sums = s.sums[:0]
	for i := range s.parts {
		sum := g.partAt(i, s.parts[i].name)
		sum.calls++
		sum.tokens += int64(s.parts[i].part)
		s.sums = append(s.sums, sum)
	}
	units, known, ok := inputUnits(lineItems)
	var cost udecimal.Decimal
	if !ok {
		if cost, known = s.inputCost(lineItems); known {
			units, ok = unitsOf(cost)
		}
	}
	switch {
	case !known:
		if input > 0 {
			g.use.NoCost++
		}
	case ok:
		g.cost.add(units)
		share(s.parts, total, units)
		for i, sum := range s.sums {
			sum.cost.add(s.parts[i].part)
		}
	default:
		g.use.Cost = g.use.Cost.Add(cost)
		for i, amount := range shareExactly(s.parts, total, cost) {
			s.sums[i].exact = s.sums[i].exact.Add(amount)
		}
	}
}

// Full reports a group with tools that are summed up without their names.
func (s *ContextSums) Full() bool {
	for _, g := range s.groups {
		if g.parts[contextRest] != nil {
			return true
		}
	}
	return false
}

// Merge adds the sums of other calls.
func (s *ContextSums) Merge(others *ContextSums) {
	for _, other := range others.groups {
		g := s.group(other.use.Key)
		g.use.Calls += other.use.Calls
		g.use.NoCost += other.use.NoCost
		g.use.Input += other.use.Input
		g.use.Cost = g.use.Cost.Add(other.use.Cost)
		g.cost.join(&other.cost)
		for name, part := range other.parts {
			sum := g.part(name)
			sum.calls += part.calls
			sum.tokens += part.tokens
			sum.cost.join(&part.cost)
			sum.exact = sum.exact.Add(part.exact)
		}
	}
}

// Uses are the groups in order of their keys.
func (s *ContextSums) Uses() []ContextUse {
	uses := make([]ContextUse, 0, len(s.groups))
	for _, g := range s.groups {
		g.use.Parts = make([]ContextPart, 0, len(g.parts))
		for name, sum := range g.parts {
			g.use.Parts = append(g.use.Parts, ContextPart{Name: name, Calls: sum.calls, Tokens: sum.tokens, Cost: sum.cost.addTo(sum.exact)})
		}
		rowsort.Func(g.use.Parts, func(a, b ContextPart) int { return strings.Compare(a.Name, b.Name) })
		use := g.use
		use.Cost = g.cost.addTo(use.Cost)
		uses = append(uses, use)
	}
	rowsort.Func(uses, func(a, b ContextUse) int { return slices.Compare(a.Key, b.Key) })
	return uses
}

func (s *ContextSums) group(key []string) *contextGroup {
	if s.last != nil && slices.Equal(key, s.last.use.Key) {
		return s.last
	}
	s.key = s.key[:0]
	for _, value := range key {
		s.key = append(append(s.key, value...), 0)
	}
	if s.last = s.groups[string(s.key)]; s.last != nil {
		return s.last
	}
	if s.groups == nil {
		s.groups = map[string]*contextGroup{}
	}
	g := &contextGroup{use: ContextUse{Key: make([]string, len(key))}, parts: map[string]*contextSum{}}
	for i, value := range key {
		g.use.Key[i] = strings.Clone(value)
	}
	s.groups[string(s.key)], s.last = g, g
	return g
}

// partAt is the sum of the part at a place of a call.
func (g *contextGroup) partAt(place int, name string) *contextSum {
	if place < len(g.places) && g.places[place].name == name {
		return g.places[place]
	}
	sum := g.part(name)
	if place < len(g.places) {
		g.places[place] = sum
	} else if place == len(g.places) {
		g.places = append(g.places, sum)
	}
	return sum
}

func (g *contextGroup) part(name string) *contextSum {
	if sum := g.parts[name]; sum != nil {
		return sum
	}
	if len(g.parts) >= maxContextParts && strings.HasPrefix(name, ContextTools) && name != contextRest {
		return g.part(contextRest)
	}
	sum := &contextSum{name: strings.Clone(name)}
	g.parts[sum.name] = sum
	return sum
}

// read takes the parts apart; ok is false for a text that is none.
func (s *ContextSums) read(shares string) (total uint64, ok bool) {
	const maxParts, maxBytes = 32, 1<<48 - 1
	s.parts = s.parts[:0]
	for rest, more := shares, true; more; {
		at := 0
		for at < len(rest) && rest[at] != ':' && rest[at] != ' ' {
			at++
		}
		if at == len(rest) || rest[at] != ':' || !isContextPart(rest[:at]) || len(s.parts) == maxParts {
			return 0, false
		}
		name, bytes := rest[:at], uint64(0)
		from := at + 1
		for at = from; at < len(rest) && rest[at]-'0' < 10 && bytes <= maxBytes; at++ {
			bytes = 10*bytes + uint64(rest[at]-'0')
		}
		if bytes == 0 || bytes > maxBytes {
			return 0, false
		}
		s.parts = append(s.parts, contextShare{name: name, bytes: bytes})
		total += bytes
		if more = at < len(rest); more {
			if rest[at] != ' ' {
				return 0, false
			}
			rest = rest[at+1:]
		}
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
		if hi, lo := bits.Mul64(n, p.bytes); hi == 0 {
			p.part = lo / total
			p.remainder = lo - p.part*total
		} else {
			p.part, p.remainder = bits.Div64(hi, lo, total) // p.bytes is at most total
		}
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
