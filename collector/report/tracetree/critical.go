package tracetree

import (
	"slices"
	"time"
)

// markCritical marks the nodes that the end of the run waited for: from the
// root that ends last, backwards in time, always into the child that ended last
// before the moment looked at.
func (t *Tree) markCritical() {
	if len(t.Roots) == 0 {
		return
	}
	last := slices.MaxFunc(t.Roots, func(a, b *Node) int { return a.End().Compare(b.End()) })
	last.markCritical(last.End())
}

// markCritical marks n and, below it, what n waited for until the given moment.
// A child that outlives its parent was waited for until the parent's end only;
// one that was still running when a later child started was not waited for.
func (n *Node) markCritical(limit time.Time) {
	n.Critical = true
	byEnd := slices.Clone(n.Children)
	slices.SortStableFunc(byEnd, func(a, b *Node) int { return b.end(limit).Compare(a.end(limit)) })
	until := limit
	for _, c := range byEnd {
		if end := c.end(limit); !end.After(until) && !c.Start.After(end) {
			c.markCritical(end)
			until = c.Start
		}
	}
}

func (n *Node) end(limit time.Time) time.Time {
	if end := n.End(); end.Before(limit) {
		return end
	}
	return limit
}
