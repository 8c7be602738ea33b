package tracetree

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// spanName says what a span is in a person's words. Spans of other emitters
// keep the name they came with.
func spanName(s *ledger.AgentSpan) string {
	switch s.Role {
	case semconv.RoleWorkflow:
		return words("workflow", s.Workflow)
	case semconv.RoleAgent:
		if strings.HasPrefix(s.Name, semconv.OperationCreateAgent) {
			return words("create agent", s.Agent)
		}
		return words("agent", s.Agent)
	case semconv.RoleStep:
		switch {
		case s.StepNumber > 0 && s.Step != "":
			return fmt.Sprintf("step %d: %s", s.StepNumber, s.Step)
		case s.StepNumber > 0:
			return fmt.Sprintf("step %d", s.StepNumber)
		}
		return words("step", s.Step)
	case semconv.RoleTool:
		return words("tool", s.Tool)
	}
	return cmp.Or(s.Name, s.Role, "span")
}

// callName says which model was called and how.
func callName(c *ledger.Call) string {
	return words(cmp.Or(c.Operation, c.Role, "call"), c.Model())
}

func words(what, name string) string {
	if name == "" {
		return what
	}
	return what + " " + name
}

// path names a node together with the agent or workflow it belongs to.
func (n *Node) path() string {
	for above := n.parent; above != nil; above = above.parent {
		if above.delegates() {
			return n.Name + " (" + above.Name + ")"
		}
	}
	return n.Name
}

// Printable replaces control characters: names come from telemetry, and a
// terminal would obey them.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return '·'
		}
		return r
	}, s)
}
