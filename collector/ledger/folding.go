package ledger

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/internal/runtree"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// folding chooses the spans of a trace that are shown. It needs about 200 bytes for each
// span of the trace.
type folding struct {
	nodes  []outline
	at     map[SpanID]int32
	agents []string         // names
	named  map[string]int32 // places in agents
}

// outline has the columns that folding needs of a span, which may have a row in each table.
type outline struct {
	span, parent  SpanID
	start, end    int64 // nanoseconds since 1970
	above         int32 // place of the span above; -1 = none
	waiting       int32 // children whose cost is not in cost
	agent         int32 // place of its name; -1 = no agent
	delegate      bool  // an agent or workflow
	step          bool
	host          bool // a span of an agent, step or tool
	billed        bool // a call
	adopted       bool // not below its parent
	failed        bool
	kept, reaches bool // reaches: no agent or workflow left out is between it and the span kept above
	cost          float64
	totals        Totals // of its own calls
}

func (n *outline) length() int64 { return n.end - n.start }

func newFolding() *folding {
	return &folding{at: make(map[SpanID]int32), named: make(map[string]int32)}
}

func (f *folding) spans() int { return len(f.nodes) }

// add returns the node of a span. Rows with one id are one node.
func (f *folding) add(span, parent SpanID, start time.Time, duration time.Duration, failed bool) *outline {
	from := start.UnixNano()
	until := from + int64(max(duration, 0))
	i, known := f.at[span]
	if !known {
		i = int32(len(f.nodes))
		f.at[span] = i
		f.nodes = append(f.nodes, outline{span: span, parent: parent, start: from, end: until, above: -1, agent: -1})
	}
	n := &f.nodes[i]
	n.start, n.end = min(n.start, from), max(n.end, until)
	n.failed = n.failed || failed
	return n
}

func (f *folding) addCall(c *Call) {
	n := f.add(c.SpanID, c.ParentSpanID, c.Start, c.Duration, c.Error)
	if c.Billable {
		n.billed = true
		n.totals = n.totals.Add(c.Totals())
		n.cost = n.totals.Cost.InexactFloat64()
	}
}

func (f *folding) addSpan(s *AgentSpan) {
	n := f.add(s.SpanID, s.ParentSpanID, s.Start, s.Duration, s.Error)
	n.host, n.step = true, s.Role == semconv.RoleStep
	n.delegate = s.Role == semconv.RoleAgent || s.Role == semconv.RoleWorkflow
	if s.Role == semconv.RoleAgent {
		i, known := f.named[s.Agent]
		if !known {
			i = int32(len(f.agents))
			f.agents = append(f.agents, s.Agent)
			f.named[s.Agent] = i
		}
		n.agent = i
	}
}

// fold returns the spans to show, and sums up the others.
func (f *folding) fold(q FoldQuery) ([]SpanID, *Folded) {
	sorted := f.place()
	order := f.link(sorted)
	f.choose(q, sorted)
	folded := f.sum(order)
	var kept []SpanID
	for i := range f.nodes {
		if n := &f.nodes[i]; n.kept {
			kept = append(kept, n.span)
		}
	}
	return kept, folded
}

// link adds the cost of all spans to those above them. It returns the nodes in an order in
// which each comes before the one above it.
func (f *folding) link(sorted []int32) []int32 {
	order := make([]int32, 0, len(f.nodes))
	for i := range f.nodes {
		if above := f.nodes[i].above; above >= 0 {
			f.nodes[above].waiting++
		}
	}
	for _, i := range sorted {
		// With the last of those below it, a node that came before them is ready, too.
		for at := i; at >= 0 && f.nodes[at].waiting == 0; {
			n := &f.nodes[at]
			n.waiting = -1 // it is in the order
			order = append(order, at)
			if n.above >= 0 {
				f.nodes[n.above].waiting--
				f.nodes[n.above].cost += n.cost
			}
			at = n.above
		}
	}
	return order
}

// place finds what each span is below. It returns the nodes in order of start.
func (f *folding) place() []int32 {
	sorted := make([]int32, len(f.nodes))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(i, j int32) int {
		a, b := &f.nodes[i], &f.nodes[j]
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), bytes.Compare(a.span[:], b.span[:]))
	})
	places := runtree.Places(len(sorted), func(i int32) runtree.Span[SpanID] {
		n := &f.nodes[sorted[i]]
		return runtree.Span[SpanID]{ID: n.span, Parent: n.parent, Start: n.start, End: n.end, Leaf: n.billed || !n.host}
	})
	for i, p := range places {
		n := &f.nodes[sorted[i]]
		n.adopted = p.Adopted
		if p.Above >= 0 {
			n.above = sorted[p.Above]
		}
	}
	return sorted
}

// choose marks the spans to show. A span is shown with all spans above it.
func (f *folding) choose(q FoldQuery, sorted []int32) {
	left := q.MaxSpans
	var path []int32
	keep := func(i int32) {
		path = path[:0]
		for at := i; at >= 0 && !f.nodes[at].kept; at = f.nodes[at].above {
			if len(path) == left {
				return
			}
			path = append(path, at)
		}
		for _, at := range path {
			f.nodes[at].kept = true
		}
		left -= len(path)
	}
	// first keeps spans in an order until a share of the spans is left.
	first := func(reserve int, spans []int32, compare func(a, b *outline) int) {
		slices.SortFunc(spans, func(i, j int32) int {
			a, b := &f.nodes[i], &f.nodes[j]
			return cmp.Or(compare(a, b), cmp.Compare(a.start, b.start), bytes.Compare(a.span[:], b.span[:]))
		})
		for _, i := range spans {
			if left <= reserve {
				return
			}
			keep(i)
		}
	}
	if i, known := f.at[q.Span]; known {
		keep(i)
	}
	var failed []int32
	all := slices.Clone(sorted)
	for i := range f.nodes {
		if f.nodes[i].failed {
			failed = append(failed, int32(i))
		}
	}
	keep(sorted[0]) // it says who the run was for
	for _, i := range f.extremes(sorted) {
		keep(i)
	}
	byLength := func(a, b *outline) int { return cmp.Compare(b.length(), a.length()) }
	byCost := func(a, b *outline) int { return cmp.Compare(b.cost, a.cost) }
	first(q.MaxSpans*3/4, failed, byCost)
	first(min(left, q.MaxSpans*2/3), all, byLength)
	first(0, all, func(a, b *outline) int { return cmp.Or(byCost(a, b), byLength(a, b)) })
}

// extremes are the most expensive and the slowest of the steps and what an agent did outside
// of any, which are named in a summary of the run.
func (f *folding) extremes(sorted []int32) (found []int32) {
	slowest, expensive := int32(-1), int32(-1)
	for _, i := range sorted {
		if !f.stands(i) {
			continue
		}
		n := &f.nodes[i]
		if slowest < 0 || n.length() > f.nodes[slowest].length() {
			slowest = i
		}
		if n.cost > 0 && (expensive < 0 || n.cost > f.nodes[expensive].cost) {
			expensive = i
		}
	}
	for _, i := range []int32{expensive, slowest} {
		if i >= 0 {
			found = append(found, i)
		}
	}
	return found
}

// stands reports whether a span is no part of a step or tool, and no agent or workflow.
func (f *folding) stands(i int32) bool {
	n := &f.nodes[i]
	if n.delegate {
		return false
	}
	for at := n.above; at >= 0 && !f.nodes[at].delegate; at = f.nodes[at].above {
		if f.nodes[at].step || !n.step {
			return false
		}
	}
	return true
}

// sum adds up the spans that are not shown.
func (f *folding) sum(order []int32) *Folded {
	folded := &Folded{Spans: int64(len(f.nodes)), LeftOut: []LeftOut{}}
	places := make(map[int32]int) // of the sums below a span
	agents := make([]int, len(f.agents))
	for i := range agents {
		agents[i] = -1
	}
	below := make([]int32, len(f.nodes)) // the span shown above; -1 = none
	under := make([]int32, len(f.nodes)) // the agent or workflow; -1 = none or one that is shown
	start, end := f.nodes[0].start, f.nodes[0].end
	for _, i := range slices.Backward(order) { // each after its parent
		n := &f.nodes[i]
		start, end = min(start, n.start), max(end, n.end)
		below[i], under[i], n.reaches = i, -1, true
		if n.kept {
			if n.adopted {
				folded.Placed = append(folded.Placed, f.placed(n))
			}
			continue
		}
		below[i], n.reaches = -1, !n.delegate
		if n.above >= 0 {
			below[i], under[i] = below[n.above], under[n.above]
			n.reaches = n.reaches && f.nodes[n.above].reaches
		}
		if n.delegate {
			under[i] = i
		}
		place, known := places[below[i]]
		if !known {
			place = len(folded.LeftOut)
			places[below[i]] = place
			folded.LeftOut = append(folded.LeftOut, LeftOut{})
			if below[i] >= 0 {
				folded.LeftOut[place].Below = f.nodes[below[i]].span
			}
		}
		sum := &folded.LeftOut[place]
		sum.Spans++
		if n.failed {
			sum.Failed++
		}
		sum.Totals = sum.Totals.Add(n.totals)
		if n.reaches {
			sum.Own = sum.Own.Add(n.totals)
		}
		if under[i] >= 0 {
			f.addAgent(folded, agents, n, under[i] == i, f.nodes[under[i]].agent)
		}
	}
	// Stores have the rows in any order.
	rowsort.Large(folded.LeftOut, func(a, b *LeftOut) int { return bytes.Compare(a.Below[:], b.Below[:]) })
	rowsort.Large(folded.Agents, func(a, b *AgentSum) int { return cmp.Compare(a.Name, b.Name) })
	folded.Start, folded.End = time.Unix(0, start).UTC(), time.Unix(0, end).UTC()
	return folded
}

func (f *folding) placed(n *outline) Placed {
	p := Placed{Span: n.span}
	if n.above >= 0 {
		p.Below = f.nodes[n.above].span
	}
	return p
}

// addAgent adds a span that is left out to its agent.
func (f *folding) addAgent(folded *Folded, places []int, n *outline, itself bool, agent int32) {
	if agent < 0 {
		return // a workflow
	}
	if places[agent] < 0 {
		places[agent] = len(folded.Agents)
		folded.Agents = append(folded.Agents, AgentSum{Name: f.agents[agent]})
	}
	sum := &folded.Agents[places[agent]]
	sum.Own = sum.Own.Add(n.totals)
	if itself {
		sum.Invocations++
		sum.Duration += time.Duration(n.length())
	}
}
