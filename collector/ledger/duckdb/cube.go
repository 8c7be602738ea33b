package duckdb

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Limits of what the cube keeps.
const (
	// maxCubeRows is about 30 MB.
	maxCubeRows   = 150_000
	maxCubePieces = 5_000
	maxCubeWords  = 100_000
)

// cube keeps sums of the calls in memory, by every dimension of its layout: whole days,
// whole hours of days that a question cuts through, and what is left at the ends of a
// period. The many questions of a screen read the calls once instead of once each,
// and a screen that asks again reads what changed since. A piece is dropped when a row
// that starts in it is written, before the write returns.
type cube struct {
	*layout
	building sync.Mutex // held while pieces are read: who waits finds them made

	mu      sync.Mutex
	words   *dictionary
	pieces  map[stretch]*piece
	pending []*piece // being read
	rows    int      // of pieces
	uses    int64    // counted to drop the pieces not used for longest
	kept    *int64   // the first day that is not archived; nil = not read
	changes int64    // otherwise than by writing
	most    int      // pieces of the shortest question that had too many rows; 0 = none had
}

// cubes are those of a ledger.
type cubes struct{ fewValues, users *cube }

func newCubes() *cubes { return &cubes{newCube(&fewValues), newCube(&users)} }

// forget drops everything, after rows were changed otherwise than by writing.
func (c *cubes) forget() {
	c.fewValues.forget()
	c.users.forget()
}

// wrote drops what a batch changes. A row that may be known replaces one that started at
// another time of its day.
func (c *cubes) wrote(calls []ledger.Call, known []bool) {
	c.fewValues.wrote(calls, known)
	c.users.wrote(calls, known)
}

// forgetPeriod drops what is of a period, after calls in it were changed where they are.
func (c *cubes) forgetPeriod(changed stretch) {
	c.fewValues.change(changed.overlaps)
	c.users.change(changed.overlaps)
}

// answering is the cube that has what is asked for; nil where none has.
func (c *cubes) answering(q *ledger.Query) *cube {
	for _, one := range []*cube{c.fewValues, c.users} {
		if one.answers(q) {
			return one
		}
	}
	return nil
}

// word is the place of a value in a dictionary.
type word uint32

// dictionary numbers the values of dimensions; it grows and never changes.
type dictionary struct {
	mu    sync.RWMutex
	of    map[string]word
	names []string
}

func newDictionary() *dictionary { return &dictionary{of: map[string]word{}} }

// add numbers values.
func (d *dictionary) add(values []string, to []word) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, value := range values {
		w, known := d.of[value]
		if !known {
			w = word(len(d.names))
			d.of[value] = w
			d.names = append(d.names, value)
		}
		to[i] = w
	}
}

// values are those numbered so far.
func (d *dictionary) values() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.names
}

// stretch is a time: [from, until) in nanoseconds since 1970.
type stretch struct{ from, until int64 }

func (s stretch) overlaps(o stretch) bool { return s.from < o.until && o.from < s.until }

// piece holds the sums of a stretch.
type piece struct {
	stretch
	rows  []cubeRow
	words *dictionary // of the keys
	used  int64
	stale bool // a row of it was written while it was read
}

type cubeRow struct {
	key    [maxCubeDimensions]word
	totals ledger.Totals
}

func newCube(l *layout) *cube {
	c := &cube{layout: l}
	c.clear()
	return c
}

// clear drops everything. The caller holds mu, or is alone.
func (c *cube) clear() {
	c.words, c.pieces, c.rows = newDictionary(), map[stretch]*piece{}, 0
}

func (c *cube) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	c.kept, c.most = nil, 0
	c.changes++
	for _, p := range c.pending {
		p.stale = true
	}
}

func (c *cube) wrote(calls []ledger.Call, known []bool) {
	if c.empty() {
		return // what is read from now on has the batch
	}
	changed := map[stretch]bool{}
	for i := range calls {
		length := time.Hour
		if known[i] {
			length = day
		}
		from := calls[i].Start.UTC().Truncate(length)
		changed[stretch{from.UnixNano(), from.Add(length).UnixNano()}] = true
	}
	if len(changed) == 0 {
		return
	}
	isChanged := func(s stretch) bool {
		for one := range changed {
			if s.overlaps(one) {
				return true
			}
		}
		return false
	}
	c.change(isChanged)
}

func (c *cube) change(isChanged func(stretch) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s, p := range c.pieces {
		if isChanged(s) {
			c.drop(p)
		}
	}
	for _, p := range c.pending {
		p.stale = p.stale || isChanged(p.stretch)
	}
}

func (c *cube) empty() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pieces) == 0 && len(c.pending) == 0
}

func (c *cube) drop(p *piece) {
	delete(c.pieces, p.stretch)
	c.rows -= len(p.rows)
}

// find returns the pieces that are kept, and nil for those that are not.
func (c *cube) find(wanted []stretch) ([]*piece, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most > 0 && len(wanted) >= c.most {
		return nil, errTooManyRows
	}
	c.uses++
	found := make([]*piece, len(wanted))
	for i, s := range wanted {
		if p := c.pieces[s]; p != nil {
			p.used = c.uses
			found[i] = p
		}
	}
	return found, nil
}

// tooMany sends questions of as many pieces to the tables from now on.
func (c *cube) tooMany(pieces int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most == 0 || pieces < c.most {
		c.most = pieces
	}
}

// begin notes the pieces that are about to be read, and returns the dictionary of their
// keys.
func (c *cube) begin(missing []*piece) *dictionary {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = missing
	return c.words
}

// end keeps the pieces that were read, unless they have changed since.
func (c *cube) end(ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	read := c.pending
	c.pending = nil
	if !ok {
		return
	}
	if len(c.words.values()) > maxCubeWords {
		c.clear()
		return
	}
	for _, p := range read {
		if p.stale || p.words != c.words || len(p.rows) > maxCubeRows/2 {
			continue
		}
		p.used = c.uses
		c.pieces[p.stretch] = p
		c.rows += len(p.rows)
	}
	c.shrink()
}

// shrink drops the pieces that were not used for longest, a quarter at a time.
func (c *cube) shrink() {
	if c.rows <= maxCubeRows && len(c.pieces) <= maxCubePieces {
		return
	}
	byUse := slices.SortedFunc(maps.Values(c.pieces), func(a, b *piece) int { return cmp.Compare(a.used, b.used) })
	for _, p := range byUse {
		if c.rows <= maxCubeRows*3/4 && len(c.pieces) <= maxCubePieces*3/4 {
			break
		}
		c.drop(p)
	}
}
