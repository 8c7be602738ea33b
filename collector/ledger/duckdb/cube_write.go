package duckdb

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// maxFollowing is the most pieces that one write is added to; more are read again.
const maxFollowing = 100

// committing notes that the rows of a write become visible.
func (c *cubes) committing() {
	c.fewValues.commit()
	c.users.commit()
}

// wrote brings the cubes up to date after a write, also one of which it is not known what
// became of its rows.
func (c *cubes) wrote(w *writing) {
	c.fewValues.wrote(w)
	c.users.wrote(w)
}

func (c *cube) commit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.committing = true
}

func (c *cube) wrote(w *writing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.committing = false
	c.writes++
	if len(c.pieces) == 0 && len(c.pending) == 0 {
		return // what is read from now on has the rows
	}
	if changed := w.changed(); len(changed) > 0 {
		c.changeLocked(func(s stretch) bool {
			for one := range changed {
				if s.overlaps(one) {
					return true
				}
			}
			return false
		})
	}
	if w.ok {
		c.add(w)
	}
}

// changed are the times in which sums are not known any more: the days of rows that may
// have replaced one, which started at any time of its day, and after a failure the hours
// of all.
func (w *writing) changed() map[stretch]bool {
	changed := map[stretch]bool{}
	for i, call := range w.calls.rows {
		length := time.Hour
		switch {
		case w.calls.known[i]:
			length = day
		case w.ok:
			continue
		}
		from := call.Start.UTC().Truncate(length)
		changed[stretch{from.UnixNano(), from.Add(length).UnixNano()}] = true
	}
	return changed
}

// add adds the calls that are new to the pieces that they start in.
func (c *cube) add(w *writing) {
	following := c.following(w)
	if len(following) == 0 {
		return
	}
	values := make([]string, c.places())
	for _, i := range w.calls.written {
		call := w.calls.rows[i]
		if w.calls.known[i] || !call.Billable {
			continue
		}
		at, row := call.Start.UnixNano(), (*cubeRow)(nil)
		for _, p := range following {
			if at < p.from || at >= p.until {
				continue
			}
			if row == nil {
				row = &cubeRow{totals: call.Totals()}
				c.read(call, values)
				c.words.add(values, row.key[:])
			}
			if more := p.add(row, at); c.pieces[p.stretch] == p {
				c.rows += more
			}
		}
	}
	for _, p := range following {
		if c.pieces[p.stretch] == p && len(p.rows) > maxPieceRows {
			c.drop(p)
		}
	}
	c.shrink()
}

// following are the pieces that the new calls of a write are added to. Those that no question
// asks for again, and too many, are dropped instead.
func (c *cube) following(w *writing) (all []*piece) {
	var period stretch
	for n, i := range w.calls.written {
		at := w.calls.rows[i].Start.UnixNano()
		if n == 0 {
			period = stretch{at, at + 1}
		}
		period.from, period.until = min(period.from, at), max(period.until, at+1)
	}
	add := func(p *piece) {
		if p.overlaps(period) && p.isWhole() && !p.stale && p.words == c.words {
			all = append(all, p)
		}
	}
	for _, p := range c.pieces {
		add(p)
	}
	for _, p := range c.pending {
		add(p)
	}
	if len(all) > maxFollowing || len(c.words.values()) > maxCubeWords {
		all = nil
	}
	kept := make(map[*piece]bool, len(all))
	for _, p := range all {
		kept[p] = true
	}
	for _, p := range c.pieces {
		if p.overlaps(period) && !kept[p] {
			c.drop(p)
		}
	}
	for _, p := range c.pending {
		p.stale = p.stale || p.overlaps(period) && !kept[p]
	}
	return all
}

// read sets the values of a call by the dimensions of the layout.
func (l *layout) read(c *ledger.Call, values []string) {
	for i, d := range l.dimensions {
		values[i] = valueOf[d](c)
	}
	if l.userKnown {
		values[len(l.dimensions)] = ""
		if c.User != "" {
			values[len(l.dimensions)] = knownUser
		}
	}
}
