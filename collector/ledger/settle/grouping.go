package settle

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// decideInGroups is decide for many rows. It reads them twice: to find which may share a
// bill, of which it keeps some 30 bytes for each span and response id, and to settle those that may, one group after
// the other. It returns the period to search next, with no decision, if another is needed,
// and the same one if the rows start more than a Horizon apart.
func decideInGroups(ctx context.Context, store ledger.Store, written []Node, apart map[string]bool, searched period) (*decision, period, error) {
	var need period
	need.addNodes(written)
	g, d := newGrouping(), &decision{rows: make(rowCount)}
	var first, last time.Time
	err := newSearch(store, searched, apart).each(ctx, written, func(n *Node) bool {
		if first.IsZero() || n.Start.Before(first) {
			first = n.Start
		}
		if n.Start.After(last) {
			last = n.Start
		}
		need.add(n.Start, isResult(n))
		g.add(n)
		d.rows.add(n)
		return true
	})
	switch {
	case err != nil:
		return nil, searched, err
	case last.Sub(first) > Horizon:
		return nil, searched, nil
	case !searched.contains(need):
		return nil, need.widened(Horizon), nil
	}
	if !g.contested {
		return d, searched, nil
	}
	g.finish()
	groups := collecting{grouping: g, open: make(map[uint32][]Node), decided: &d.changed}
	err = newSearch(store, searched, apart).each(ctx, written, func(n *Node) bool {
		groups.add(n)
		return true
	})
	groups.end()
	return d, searched, err
}

// grouping finds which rows may share a bill: a claimant is in the group of the nearest one
// around it, and in that of its response id. What may not be in one group can be, if two
// hashes are equal, which changes no verdict. It has no pointers: there are millions of
// spans.
type grouping struct {
	seed      maphash.Seed
	contested bool // a claim can lose its bill

	index []uint32 // of slots, by hash; 0 is free
	hash  []uint64 // of a slot, which is a span or a response id
	kind  []slotKind
	up    []uint32 // the slot of the parent; once finished, of the nearest claimant around
	group groups32
	rows  []uint32    // of the slot; once finished, of the group, at the slot that means it
	more  [][2]uint32 // slots, and further parents
}

type slotKind uint8

const (
	slotRow     slotKind = 1 << iota // it is a span that was read
	slotClaims                       // one of its rows is a claimant, or it has several
	slotClimbed                      // the nearest claimant around is known
)

// noSlot is the first one, which is not used.
const noSlot = 0

func newGrouping() *grouping {
	g := &grouping{seed: maphash.MakeSeed(), index: make([]uint32, 1<<10)}
	g.newSlot(0)
	return g
}

func (g *grouping) newSlot(hash uint64) uint32 {
	slot := uint32(len(g.hash))
	g.hash, g.kind, g.up = append(g.hash, hash), append(g.kind, 0), append(g.up, noSlot)
	g.group, g.rows = append(g.group, slot), append(g.rows, 0)
	return slot
}

// find is the place in the index of a hash, or the free one that it would have.
func (g *grouping) find(hash uint64) int {
	mask := len(g.index) - 1
	i := int(hash) & mask
	for g.index[i] != noSlot && g.hash[g.index[i]] != hash {
		i = (i + 1) & mask
	}
	return i
}

// slot is that of a hash, a new one if it is not known.
func (g *grouping) slot(hash uint64) uint32 {
	i := g.find(hash)
	if g.index[i] == noSlot {
		if 4*len(g.hash) > 3*len(g.index) {
			g.index = make([]uint32, 2*len(g.index))
			for slot := 1; slot < len(g.hash); slot++ {
				g.index[g.find(g.hash[slot])] = uint32(slot)
			}
			i = g.find(hash)
		}
		g.index[i] = g.newSlot(hash)
	}
	return g.index[i]
}

func (g *grouping) ofSpan(trace ledger.TraceID, span ledger.SpanID) uint64 {
	var b [24]byte
	copy(b[:], trace[:])
	copy(b[16:], span[:])
	return maphash.Bytes(g.seed, b[:])
}

// add notes a row.
func (g *grouping) add(n *Node) {
	g.contested = g.contested || CanLose(n.Claim)
	slot := g.slot(g.ofSpan(n.Trace, n.Span))
	again := g.kind[slot]&slotRow != 0
	g.kind[slot] |= slotRow
	g.rows[slot]++
	if again || n.Claim != "" {
		// Which of several rows counts is found later: spans are looked for around all.
		g.kind[slot] |= slotClaims
	}
	if n.Parent != (ledger.SpanID{}) {
		parent := g.slot(g.ofSpan(n.Trace, n.Parent))
		switch {
		case !again && g.up[slot] == noSlot:
			g.up[slot] = parent
		case g.up[slot] != parent:
			g.more = append(g.more, [2]uint32{slot, parent})
		}
	}
	if n.Claim != "" && n.ResponseID != "" {
		g.group.join(slot, g.slot(maphash.String(g.seed, n.ResponseID)))
	}
}

// finish forms the groups.
func (g *grouping) finish() {
	var path []uint32
	for slot := range g.kind {
		if g.kind[slot]&slotRow != 0 {
			path = g.climb(uint32(slot), path[:0])
		}
	}
	for slot, up := range g.up {
		if g.kind[slot]&slotRow != 0 && up != noSlot {
			g.group.join(uint32(slot), up)
		}
	}
	for _, edge := range g.more {
		if up := g.claimant(edge[1]); up != noSlot {
			g.group.join(edge[0], up)
		}
	}
	for slot, n := range g.rows {
		if n == 0 {
			continue
		}
		of := g.group.find(uint32(slot))
		if !g.counts(uint32(slot)) {
			g.rows[slot] = 0
		} else if of != uint32(slot) {
			g.rows[of] += n
			g.rows[slot] = 0
		}
	}
}

// counts reports whether a span claims a bill or is inside one that does: others have no
// part in a verdict.
func (g *grouping) counts(slot uint32) bool {
	return g.kind[slot]&slotClaims != 0 || g.up[slot] != noSlot
}

// climb finds the nearest claimants around a span and those on the way, as
// settlement.climb does. It returns the path, to be used again.
func (g *grouping) climb(slot uint32, path []uint32) []uint32 {
	found := uint32(noSlot)
	for at := slot; ; {
		if g.kind[at]&slotClimbed != 0 {
			found = g.up[at]
			break
		}
		up := g.up[at]
		g.kind[at] |= slotClimbed
		g.up[at] = noSlot // the end of a circle of parents
		path = append(path, at)
		if up == noSlot || g.kind[up]&slotRow == 0 {
			break
		}
		if g.kind[up]&slotClaims != 0 {
			found = up
			break
		}
		at = up
	}
	for _, at := range path {
		g.up[at] = found
	}
	return path
}

// claimant is the slot if it claims a bill, and else the nearest one around it that does.
func (g *grouping) claimant(slot uint32) uint32 {
	switch {
	case g.kind[slot]&slotRow == 0:
		return noSlot
	case g.kind[slot]&slotClaims != 0:
		return slot
	}
	return g.up[slot]
}

// groups32 is groups in half the memory.
type groups32 []uint32

func (g groups32) find(i uint32) uint32 {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups32) join(i, j uint32) {
	if a, b := g.find(i), g.find(j); a != b {
		g[max(a, b)] = min(a, b)
	}
}

// collecting settles groups when all of their rows have come.
type collecting struct {
	*grouping
	open    map[uint32][]Node
	ready   []Node  // of whole groups
	decided *[]Node // to which the verdicts that are new are added
}

// readyRows is how many rows of small groups are settled together.
const readyRows = 1000

// add takes a row. One of a span that was not there before was written meanwhile: its
// writer settles it.
func (c *collecting) add(n *Node) {
	slot := c.index[c.grouping.find(c.ofSpan(n.Trace, n.Span))]
	if slot == noSlot || !c.counts(slot) {
		return
	}
	of := c.group.find(slot)
	switch left := c.rows[of]; left {
	case 0:
		return
	case 1:
		c.ready = append(append(c.ready, c.open[of]...), *n)
		delete(c.open, of)
	default:
		c.open[of] = append(c.open[of], *n)
	}
	c.rows[of]--
	if len(c.ready) >= readyRows {
		c.bill()
	}
}

// end settles what is left: groups of which rows were deleted meanwhile.
func (c *collecting) end() {
	for _, rows := range c.open {
		c.ready = append(c.ready, rows...)
	}
	c.bill()
}

func (c *collecting) bill() {
	*c.decided = append(*c.decided, differing(c.ready)...)
	c.ready = slices.Delete(c.ready, 0, len(c.ready))
}
