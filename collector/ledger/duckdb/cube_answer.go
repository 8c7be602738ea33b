package duckdb

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// fromCube answers a question from the cube, without latency; false where it has not
// what is asked for, or cannot be read: then the tables are asked.
func (s *Store) fromCube(ctx context.Context, q ledger.Query) ([]ledger.Group, bool) {
	cube := s.cubes.answering(&q)
	if cube == nil || s.closed.Load() || ctx.Err() != nil {
		return nil, false
	}
	first, err := s.keptSince(ctx)
	if err != nil {
		return nil, false
	}
	var archived []ledger.Group
	if kept := dayStart(first); q.From.Before(kept) {
		// Sums of the archive are in the rollups alone.
		if _, ok := q.Rollup(); !ok || !kept.Before(q.Until) {
			return nil, false
		}
		old := q
		old.Until, old.Limit = kept, 0
		if archived, err = s.fromTables(ctx, old); err != nil {
			return nil, false
		}
		q.From = kept
	}
	wanted := cut(&q)
	if wanted == nil {
		return nil, false
	}
	pieces, err := s.piecesOf(ctx, cube, wanted)
	if err != nil {
		return nil, false
	}
	sum := newCubeSum(cube.layout, &q)
	for i, p := range pieces {
		if !sum.add(p, wanted[i].until) {
			return nil, false
		}
	}
	for i := range archived {
		sum.addTo(archived[i].Key, &archived[i].Totals)
	}
	return sum.result(), true
}

// cubeSum sums pieces up by the dimensions of a question.
type cubeSum struct {
	*layout
	model  int // place of the model in a key
	query  *ledger.Query
	groups map[string]*ledger.Group // by their key

	// of one dictionary
	words   *dictionary
	known   int // of its values
	names   []string
	renamed map[word]word // models by their other names
	keep    [][]bool      // of each condition, by word
	places  map[string]*ledger.Group
}

func newCubeSum(l *layout, q *ledger.Query) *cubeSum {
	return &cubeSum{layout: l, model: l.place(ledger.ByModel), query: q, groups: map[string]*ledger.Group{}}
}

// use makes the words of a dictionary those that are read.
func (c *cubeSum) use(words *dictionary) {
	values := words.values()
	if c.words == words && c.known == len(values) {
		return
	}
	c.words, c.known, c.names, c.keep, c.renamed = words, len(values), values, nil, map[word]word{}
	c.places = map[string]*ledger.Group{}
	of := make(map[string]word, len(c.names))
	for i, name := range c.names {
		of[name] = word(i)
	}
	for from, to := range c.query.ModelAliases {
		if w, known := of[from]; known {
			if _, known := of[to]; !known {
				of[to] = word(len(c.names))
				c.names = append(slices.Clip(c.names), to)
			}
			c.renamed[w] = of[to]
		}
	}
	for _, condition := range c.query.Where {
		keep := make([]bool, len(c.names))
		for i := range keep {
			keep[i] = condition.Not
		}
		for _, value := range condition.Values {
			if w, known := of[value]; known {
				keep[w] = !condition.Not
			}
		}
		c.keep = append(c.keep, keep)
	}
}

// key of a row in a dimension: models by their other name.
func (c *cubeSum) key(row *cubeRow, at int) word {
	w := row.key[at]
	if at == c.model {
		if other, renamed := c.renamed[w]; renamed {
			return other
		}
	}
	return w
}

// add adds the rows of a piece; false where a call that starts at the end of what is asked
// for, or later, was written to it.
func (c *cubeSum) add(p *piece, until int64) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.last >= until {
		return false
	}
	if len(p.rows) == 0 {
		return true
	}
	c.use(p.words)
	at := time.Unix(0, p.from).UTC()
	if c.query.Zone != nil {
		at = at.In(c.query.Zone)
	}
	var by []int
	times := ""
	for _, d := range c.query.By {
		by = append(by, c.place(d))
		if label := timeLabels[d]; label != nil {
			times += label(at) + "\x00"
		}
	}
	var where []int
	for i := range c.query.Where {
		where = append(where, c.place(c.query.Where[i].Dimension))
	}
	name := append(make([]byte, 0, 128), times...)
rows:
	for i := range p.rows {
		row := &p.rows[i]
		for n, at := range where {
			if !c.keep[n][c.key(row, at)] {
				continue rows
			}
		}
		name = name[:len(times)]
		for _, at := range by {
			if at >= 0 {
				name = binary.LittleEndian.AppendUint32(name, uint32(c.key(row, at)))
			}
		}
		group := c.places[string(name)]
		if group == nil {
			key := make([]string, len(by))
			for n, place := range by {
				if place >= 0 {
					key[n] = c.names[c.key(row, place)]
				} else {
					key[n] = timeLabels[c.query.By[n]](at)
				}
			}
			group = c.group(key)
			c.places[string(name)] = group
		}
		group.Totals = group.Totals.Add(row.totals)
	}
	return true
}

func (c *cubeSum) group(key []string) *ledger.Group {
	name := strings.Join(key, "\x00")
	g := c.groups[name]
	if g == nil {
		g = &ledger.Group{Key: key}
		c.groups[name] = g
	}
	return g
}

func (c *cubeSum) addTo(key []string, t *ledger.Totals) {
	g := c.group(key)
	g.Totals = g.Totals.Add(*t)
}

// largestSum is the largest amount that a sum of DuckDB has.
var largestSum = udecimal.MustParse("99999999999999999999.999999999999999999")

// result returns the groups as the tables give them.
func (c *cubeSum) result() []ledger.Group {
	if len(c.query.By) == 0 {
		c.group([]string{}) // the total of nothing is one group
	}
	out := make([]ledger.Group, 0, len(c.groups))
	for _, g := range c.groups {
		if g.Totals.Cost.Abs().GreaterThan(largestSum) {
			sign := g.Totals.Cost.Sign()
			if g.Totals.Cost = largestSum; sign < 0 {
				g.Totals.Cost = largestSum.Neg()
			}
		}
		out = append(out, *g)
	}
	rowsort.Func(out, func(a, b ledger.Group) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), slices.Compare(a.Key, b.Key))
	})
	if q := c.query; q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out
}
