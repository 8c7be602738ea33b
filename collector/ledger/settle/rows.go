package settle

import (
	"maps"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Call is the node of a call in the ledger.
func Call(c *ledger.Call) Node {
	return Node{
		Trace: c.TraceID, Span: c.SpanID, Parent: c.ParentSpanID, Start: c.Start,
		Claim: c.Claim, ResponseID: c.ResponseID,
		Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], Counted: c.Usage != (usage.Counts{}),
		Failed: c.Error, Billable: c.Billable,
	}
}

// Own gives a node its own texts, so that it keeps no batch or request in memory.
func Own(n *Node) {
	n.ResponseID = strings.Clone(n.ResponseID)
	if i := slices.Index(claims, n.Claim); i >= 0 {
		n.Claim = claims[i]
	} else {
		n.Claim = strings.Clone(n.Claim)
	}
}

var claims = slices.Collect(maps.Keys(rank))

// Between is the node of a span that is no call: it only is between others.
func Between(s *ledger.AgentSpan) Node {
	return Node{Trace: s.TraceID, Span: s.SpanID, Parent: s.ParentSpanID, Start: s.Start}
}

// Nodes is the nodes of the calls of batches, then those of the spans.
func Nodes(batches []ledger.Batch) []Node {
	calls, spans := ledger.CountRows(batches)
	nodes := make([]Node, 0, calls+spans)
	for c := range ledger.CallsOf(batches) {
		nodes = append(nodes, Call(c))
	}
	for s := range ledger.SpansOf(batches) {
		nodes = append(nodes, Between(s))
	}
	return nodes
}
