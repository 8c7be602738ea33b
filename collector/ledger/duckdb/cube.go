package duckdb

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Limits of what the cube keeps.
const (
	// maxCubeRows is about 30 MB.
	maxCubeRows   = 150_000
	maxPieceRows  = maxCubeRows / 2
	maxCubePieces = 5_000
	maxCubeWords  = 100_000
)

// cube keeps sums of the calls in memory, by every dimension of its layout: whole days,
// whole hours of days that a question cuts through, and what is left at the ends of a
// period. The many questions of a screen read the calls once instead of once each, and a
// screen that asks again reads what changed since. Before a write returns, new rows are
// added to the pieces they start in, and pieces in which it may have replaced a row are
// dropped.
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

	writes     int64 // and other changes, that have ended
	committing bool  // a reader may see the rows of the next one or not
}

// cubes are those of a ledger.
type cubes struct{ fewValues, users *cube }

func newCubes() *cubes { return &cubes{newCube(&fewValues), newCube(&users)} }

// forget drops everything, after rows were changed otherwise than by writing.
func (c *cubes) forget() {
	c.fewValues.forget()
	c.users.forget()
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
			value = strings.Clone(value) // it may be part of a large batch
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
	c.writes++
	for _, p := range c.pending {
		p.stale = true
	}
}

func (c *cube) change(isChanged func(stretch) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	c.changeLocked(isChanged)
}

func (c *cube) changeLocked(isChanged func(stretch) bool) {
	for s, p := range c.pieces {
		if isChanged(s) {
			c.drop(p)
		}
	}
	for _, p := range c.pending {
		p.stale = p.stale || isChanged(p.stretch)
	}
}

func (c *cube) drop(p *piece) {
	delete(c.pieces, p.stretch)
	c.rows -= len(p.rows)
}

// find returns the pieces that are kept, and nil for those that are not.
func (c *cube) find(wanted []want) ([]*piece, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most > 0 && len(wanted) >= c.most {
		return nil, errTooManyRows
	}
	c.uses++
	found := make([]*piece, len(wanted))
	for i, w := range wanted {
		p := c.pieces[w.stretch]
		if p == nil {
			p = c.pieces[w.hour]
		}
		if p != nil && p.ends(w.until) {
			p.used = c.uses
			found[i] = p
		}
	}
	return found, nil
}

// missing makes a piece for each that was not found, and returns the new ones. The hour
// is read in place of its beginning, unless it has later calls, as those asked for exactly.
func (c *cube) missing(found []*piece, wanted []want, exactly bool) (all []*piece) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, w := range wanted {
		if found[i] != nil {
			continue
		}
		s := w.stretch
		if !exactly && w.hour != (stretch{}) && c.pieces[w.hour] == nil {
			s = w.hour
		}
		found[i] = newPiece(s)
		all = append(all, found[i])
	}
	return all
}

// tooMany sends questions of as many pieces to the tables from now on.
func (c *cube) tooMany(pieces int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most == 0 || pieces < c.most {
		c.most = pieces
	}
}

// state is how many writes and other changes have ended, and whether one is being committed.
func (c *cube) state() (writes int64, committing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes, c.committing
}

// begin notes the pieces that are about to be read from what the tables had after some
// writes and other changes; from then on they follow the next ones. Where one may have ended
// since, they are read anyway, to be used once, or not at all: then it returns false.
func (c *cube) begin(missing []*piece, writes int64, anyway bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	follows := !c.committing && c.writes == writes
	if !follows && !anyway {
		return false
	}
	for _, p := range missing {
		p.words, p.stale = c.words, !follows
	}
	c.pending = missing
	return true
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
		if p.stale || p.words != c.words || len(p.rows) > maxPieceRows {
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
