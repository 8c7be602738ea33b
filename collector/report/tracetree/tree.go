package tracetree

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/runtree"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Tree is one run.
type Tree struct {
	ID       ledger.TraceID `json:"trace_id"`
	Start    time.Time      `json:"start"`
	Duration time.Duration  `json:"duration_ns"` // from the first start to the last end
	Total    Figures        `json:"total"`

	// Who the run was for, as its earliest row says.
	User        string `json:"user,omitzero"`
	Department  string `json:"department,omitzero"`
	Application string `json:"application,omitzero"`

	Roots []*Node `json:"roots"`

	// Slowest and MostExpensive are steps, and tools and LLM calls that belong to
	// no step. Nil when there is none, or when nothing cost anything.
	Slowest       *Node `json:"-"`
	MostExpensive *Node `json:"-"`

	// Agents counts the invocations of each agent, in order of first appearance.
	Agents []AgentFigures `json:"agents,omitzero"`

	// Spans is how many spans the run has. LeftOut sums those that are left out and below
	// no span of the tree; nil if there are none.
	Spans   int64    `json:"spans"`
	LeftOut *LeftOut `json:"left_out,omitempty"`

	nodes int
}

// LeftOut sums spans that a tree of very many leaves out. All figures of the run include
// them.
type LeftOut struct {
	Spans   int64   `json:"spans"`
	Failed  int64   `json:"failed,omitzero"` // spans
	Figures Figures `json:"figures"`

	own Figures // without agents and workflows that are left out
}

// AgentFigures sums the invocations of one agent. Own leaves sub-agents out.
type AgentFigures struct {
	Name        string        `json:"name"`
	Invocations int64         `json:"invocations"`
	Duration    time.Duration `json:"duration_ns"` // summed over invocations
	Own         Figures       `json:"own"`
}

// Node is one span of the run.
type Node struct {
	SpanID    ledger.SpanID `json:"span_id"`
	Role      string        `json:"role"` // semconv.RoleAgent ...
	Name      string        `json:"name"` // as a person would say it: "agent triage"
	Start     time.Time     `json:"start"`
	Duration  time.Duration `json:"duration_ns"`
	Error     bool          `json:"error,omitzero"`
	ErrorType string        `json:"error_type,omitzero"`

	// Own is the cost of the node itself and through its steps and tools, but
	// not through agents or workflows started below it; Inclusive is everything
	// below it.
	Own       Figures `json:"own"`
	Inclusive Figures `json:"inclusive"`

	// Critical says that the run waited for this node: making it faster makes
	// the run faster.
	Critical bool `json:"critical,omitzero"`

	// Adopted says that the node's parent is not in the ledger and the node is
	// placed by its time.
	Adopted bool `json:"adopted,omitzero"`

	Call     *ledger.Call      `json:"call,omitzero"` // of an LLM call
	Span     *ledger.AgentSpan `json:"-"`             // of anything else
	Links    []ledger.SpanID   `json:"links,omitzero"`
	Children []*Node           `json:"children,omitzero"`  // in order of start
	LeftOut  *LeftOut          `json:"left_out,omitempty"` // of the spans below; nil if there are none

	parent   *Node
	parentID ledger.SpanID
	handedBy []*Node // what Links point to, as far as it is part of the run
}

// End is when the node ended.
func (n *Node) End() time.Time { return n.Start.Add(n.Duration) }

// Parent is the node above; nil at a root.
func (n *Node) Parent() *Node { return n.parent }

// Find is the node with a span id; nil when there is none.
func (t *Tree) Find(id ledger.SpanID) *Node {
	for n := range t.All() {
		if n.SpanID == id {
			return n
		}
	}
	return nil
}

// All are the nodes in the order of the tree: each before those below it.
func (t *Tree) All() iter.Seq[*Node] {
	return func(yield func(*Node) bool) { walk(t.Roots, yield) }
}

func walk(siblings []*Node, yield func(*Node) bool) bool {
	for _, n := range siblings {
		if !yield(n) || !walk(n.Children, yield) {
			return false
		}
	}
	return true
}

// delegates says that what is below n is accounted to n and not to the agent
// or workflow above it.
func (n *Node) delegates() bool {
	return n.Role == semconv.RoleAgent || n.Role == semconv.RoleWorkflow
}

// Build makes the tree of a run. The tree keeps pointers to the rows.
func Build(trace *ledger.Trace) *Tree {
	t := &Tree{ID: trace.ID}
	nodes := make([]*Node, 0, len(trace.Calls)+len(trace.Spans))
	spans := make(map[ledger.SpanID]*Node, len(trace.Spans))
	for i := range trace.Spans {
		n := spanNode(&trace.Spans[i])
		spans[n.SpanID] = n
		nodes = append(nodes, n)
	}
	for i := range trace.Calls {
		c := &trace.Calls[i]
		if n := spans[c.SpanID]; n != nil && n.Role == c.Role && n.Call == nil {
			// A span of an agent or step that carries usage is in the ledger as
			// both. It spent something only if it is the one that is billed. A
			// call of another role is another span, which a sender gave this id.
			if c.Billable {
				n.Call = c
			}
			continue
		}
		nodes = append(nodes, callNode(c))
	}
	// Ties are broken by length, so that a parent comes before a child that
	// starts with it.
	slices.SortStableFunc(nodes, func(a, b *Node) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(b.Duration, a.Duration),
			slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	t.nodes = len(nodes)
	t.Spans = int64(len(nodes))
	t.plant(nodes, trace.Folded)
	t.fold(trace.Folded, nodes)
	for _, root := range t.Roots {
		t.Total.add(root.sum())
	}
	t.describe(nodes)
	t.describeLeftOut(trace.Folded)
	t.markCritical()
	return t
}

func spanNode(s *ledger.AgentSpan) *Node {
	return &Node{
		SpanID: s.SpanID, parentID: s.ParentSpanID,
		Role: s.Role, Name: spanName(s),
		Start: s.Start, Duration: max(s.Duration, 0),
		Error: s.Error, ErrorType: s.ErrorType,
		Links: s.Links, Span: s,
	}
}

func callNode(c *ledger.Call) *Node {
	return &Node{
		SpanID: c.SpanID, parentID: c.ParentSpanID,
		Role: c.Role, Name: callName(c),
		Start: c.Start, Duration: max(c.Duration, 0),
		Error: c.Error, ErrorType: c.ErrorType,
		Call: c,
	}
}

// plant gives every node its place. Nodes are in order of start, and so are those below one.
// Of a run that leaves spans out, the ledger has placed those without a parent.
func (t *Tree) plant(nodes []*Node, folded *ledger.Folded) {
	placed := make(map[ledger.SpanID]ledger.SpanID)
	if folded != nil {
		for _, p := range folded.Placed {
			placed[p.Span] = p.Below
		}
	}
	places := runtree.Places(len(nodes), func(i int32) runtree.Span[ledger.SpanID] {
		n := nodes[i]
		parent, known := placed[n.SpanID]
		if !known {
			parent = n.parentID
		}
		return runtree.Span[ledger.SpanID]{ID: n.SpanID, Parent: parent, Start: n.Start.UnixNano(), End: n.End().UnixNano(), Leaf: n.Call != nil}
	})
	byID := make(map[ledger.SpanID]*Node, len(nodes))
	for i, n := range nodes {
		if byID[n.SpanID] == nil {
			byID[n.SpanID] = n
		}
		_, n.Adopted = placed[n.SpanID]
		n.Adopted = n.Adopted || places[i].Adopted
		if above := places[i].Above; above < 0 {
			t.Roots = append(t.Roots, n)
		} else {
			n.parent = nodes[above]
			n.parent.Children = append(n.parent.Children, n)
		}
	}
	for _, n := range nodes {
		for _, link := range n.Links {
			if from := byID[link]; from != nil {
				n.handedBy = append(n.handedBy, from)
			}
		}
	}
}

// depth is how many levels the tree has.
func (t *Tree) depth() int { return depthOf(t.Roots) }

func depthOf(siblings []*Node) int {
	deepest := 0
	for _, n := range siblings {
		deepest = max(deepest, 1+depthOf(n.Children))
	}
	return deepest
}

// sum fills the figures of n and of everything below it and returns the
// inclusive ones.
func (n *Node) sum() Figures {
	if n.Call != nil {
		n.Own = figuresOf(n.Call)
	}
	n.Inclusive = n.Own
	if n.LeftOut != nil {
		n.Inclusive.add(n.LeftOut.Figures)
		n.Own.add(n.LeftOut.own)
	}
	for _, c := range n.Children {
		below := c.sum()
		n.Inclusive.add(below)
		if !c.delegates() {
			n.Own.add(c.Own)
		}
	}
	return n.Inclusive
}

// describe fills what is said of the run as a whole. Nodes are in order of start.
func (t *Tree) describe(nodes []*Node) {
	if len(nodes) == 0 {
		return
	}
	t.Start = nodes[0].Start
	end := t.Start
	agents := make(map[string]int)
	for _, n := range nodes {
		if n.End().After(end) {
			end = n.End()
		}
		t.attribute(n)
		if n.Role == semconv.RoleAgent {
			t.countAgent(agents, n)
		}
		if n.stands() {
			if t.Slowest == nil || n.Duration > t.Slowest.Duration {
				t.Slowest = n
			}
			if n.Inclusive.Cost.IsPos() && (t.MostExpensive == nil || n.Inclusive.Cost.GreaterThan(t.MostExpensive.Inclusive.Cost)) {
				t.MostExpensive = n
			}
		}
	}
	t.Duration = end.Sub(t.Start)
}

// stands reports whether the node is one of those that a run is compared by: its
// steps, and what an agent did outside of any. A step within a step is part of it.
func (n *Node) stands() bool {
	if n.delegates() {
		return false
	}
	for at := n.parent; at != nil && !at.delegates(); at = at.parent {
		if at.Role == semconv.RoleStep || n.Role != semconv.RoleStep {
			return false
		}
	}
	return true
}

func (t *Tree) attribute(n *Node) {
	user, department, application := n.attribution()
	t.User = cmp.Or(t.User, user)
	t.Department = cmp.Or(t.Department, department)
	t.Application = cmp.Or(t.Application, application)
}

func (n *Node) attribution() (user, department, application string) {
	if n.Call != nil {
		return n.Call.User, n.Call.Department, n.Call.Application
	}
	return n.Span.User, n.Span.Department, n.Span.Application
}

func (t *Tree) countAgent(seen map[string]int, n *Node) {
	i, ok := seen[n.Span.Agent]
	if !ok {
		i = len(t.Agents)
		seen[n.Span.Agent] = i
		t.Agents = append(t.Agents, AgentFigures{Name: n.Span.Agent})
	}
	t.Agents[i].Invocations++
	t.Agents[i].Duration += n.Duration
	t.Agents[i].Own.add(n.Own)
}
