package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// CommitmentsQuestion asks who the fixed monthly costs of a price file are for.
type CommitmentsQuestion struct {
	Month     Period // a calendar month, UTC: commitments are made for those
	By        []ledger.Dimension
	Where     []ledger.Condition
	Catalogue *pricing.Catalogue
}

// CommitmentsAnswer holds the shares in order of the price file, the largest of
// each commitment first. They are next to the cost of calls, never part of it.
type CommitmentsAnswer struct {
	Question CommitmentsQuestion
	Lines    []CommitmentLine
	Unspread []pricing.Commitment // no call of the month to spread it over
	Total    udecimal.Decimal     // of all commitments, spread or not
	Expired  Expired              // calls that the question leaves out, because only sums are kept of them
}

// CommitmentLine is one group's share of one commitment. The shares of a
// commitment add up to it exactly.
type CommitmentLine struct {
	Commitment string
	Labels     []string
	Calls      int64
	Unpriced   int64            // of them, unpriced or invalid
	Cost       udecimal.Decimal // of those calls, at their own prices
	Share      udecimal.Decimal
}

// Commitments spreads each commitment over the calls to the models it covers,
// in proportion to their tokens: capacity is used up by tokens, whatever price
// the single call has next to it. Calls without tokens weigh by their number.
func Commitments(ctx context.Context, reader ledger.Reader, q CommitmentsQuestion) (*CommitmentsAnswer, error) {
	if err := q.Month.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByDepartment}
	}
	query := ledger.Query{
		From: q.Month.From, Until: q.Month.Until, Zone: q.Month.zone(), Where: q.Where,
		By: append(slices.Clone(q.By), ledger.ByProvider, ledger.ByModel),
	}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by %s: %w", phrase(query.By), err)
	}
	answer := &CommitmentsAnswer{Question: q}
	if answer.Expired, err = missing(ctx, reader, query); err != nil {
		return nil, err
	}
	for _, c := range q.Catalogue.Commitments(q.Month.From) {
		answer.Total = answer.Total.Add(c.Monthly)
		lines := coveredBy(&c, q.Catalogue, q.By, groups)
		weights := weigh(lines)
		shares, err := pricing.Spread(c.Monthly, weights)
		if err != nil {
			return nil, fmt.Errorf("commitment %q: %w", c.Name, err)
		}
		if shares == nil {
			answer.Unspread = append(answer.Unspread, c)
			continue
		}
		for i := range lines {
			lines[i].line.Share = shares[i]
			answer.Lines = append(answer.Lines, lines[i].line)
		}
	}
	return answer, nil
}

type covered struct {
	line   CommitmentLine
	tokens int64
}

// coveredBy sums the calls that a commitment means, by the dimensions
// asked for, those with the most tokens first.
func coveredBy(c *pricing.Commitment, catalogue *pricing.Catalogue, by []ledger.Dimension, groups []ledger.Group) []covered {
	var lines []covered
	at := make(map[string]int)
	for i := range groups {
		g := &groups[i]
		provider, model := g.Key[len(by)], g.Key[len(by)+1]
		if c.Provider != "" && !catalogue.SameProvider(c.Provider, provider) || !c.CoversModel(c.Provider, model) {
			continue
		}
		key := strings.Join(g.Key[:len(by)], "\x00")
		n, ok := at[key]
		if !ok {
			n = len(lines)
			at[key] = n
			lines = append(lines, covered{line: CommitmentLine{Commitment: c.Name, Labels: labels(by, g.Key[:len(by)])}})
		}
		l := &lines[n]
		l.line.Calls += g.Totals.Calls
		l.line.Unpriced += g.Totals.Unpriced + g.Totals.Invalid
		l.line.Cost = l.line.Cost.Add(g.Totals.Cost)
		l.tokens += g.Totals.Input + g.Totals.Output
	}
	rowsort.Func(lines, func(a, b covered) int {
		return cmp.Or(cmp.Compare(b.tokens, a.tokens), slices.Compare(a.line.Labels, b.line.Labels))
	})
	return lines
}

// weigh gives tokens, or calls where no call has any.
func weigh(lines []covered) []udecimal.Decimal {
	tokens := slices.ContainsFunc(lines, func(l covered) bool { return l.tokens > 0 })
	weights := make([]udecimal.Decimal, len(lines))
	for i, l := range lines {
		n := l.line.Calls
		if tokens {
			n = l.tokens
		}
		weights[i] = udecimal.MustFromInt64(n, 0)
	}
	return weights
}
