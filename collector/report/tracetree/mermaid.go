package tracetree

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spanledger/spanledger/collector/report/format"
)

// WriteMermaid writes the tree as a Mermaid flowchart: thick arrows along the
// critical path, dotted ones for hand-offs, failed nodes in red.
func (t *Tree) WriteMermaid(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "flowchart TD")
	ids := make(map[*Node]string, t.nodes)
	var nodes []*Node
	var visit func(*Node)
	visit = func(n *Node) {
		ids[n] = fmt.Sprintf("n%d", len(ids))
		nodes = append(nodes, n)
		for _, c := range n.Children {
			visit(c)
		}
	}
	for _, root := range t.Roots {
		visit(root)
	}
	t.writeLeftOut(out, ids, nodes)
	var failed []string
	for _, n := range nodes {
		fmt.Fprintf(out, "  %s[\"%s\"]\n", ids[n], mermaidText(n))
		if n.Error {
			failed = append(failed, ids[n])
		}
	}
	for _, n := range nodes {
		if n.parent != nil {
			arrow := "-->"
			if n.Critical {
				arrow = "==>"
			}
			fmt.Fprintf(out, "  %s %s %s\n", ids[n.parent], arrow, ids[n])
		}
		for _, from := range n.handedBy {
			fmt.Fprintf(out, "  %s -. hand-off .-> %s\n", ids[from], ids[n])
		}
	}
	if len(failed) > 0 {
		fmt.Fprintln(out, "  classDef failed fill:#fdd,stroke:#c00")
		fmt.Fprintf(out, "  class %s failed\n", strings.Join(failed, ","))
	}
	return out.Flush()
}

// writeLeftOut writes a node for the spans that are left out below a node.
func (t *Tree) writeLeftOut(out io.Writer, ids map[*Node]string, nodes []*Node) {
	text := func(o *LeftOut) string {
		text := o.label()
		if cost := costText(o.Figures); cost != "" {
			text += " · " + cost
		}
		return text
	}
	for _, n := range nodes {
		if n.LeftOut != nil {
			fmt.Fprintf(out, "  %s --> %so[\"%s\"]\n", ids[n], ids[n], text(n.LeftOut))
		}
	}
	if t.LeftOut != nil {
		fmt.Fprintf(out, "  o[\"%s\"]\n", text(t.LeftOut))
	}
}

// mermaidText is the label of a node. Mermaid reads entities in labels, so
// everything it could take for syntax becomes one.
func mermaidText(n *Node) string {
	text := Printable(n.Name) + "\x00" + format.Elapsed(n.Duration)
	if cost := costText(n.Inclusive); cost != "" {
		text += " · " + cost
	}
	if n.Error {
		text += " · " + strings.TrimSpace("ERROR "+Printable(n.ErrorType))
	}
	var b strings.Builder
	for _, r := range text {
		switch r {
		case '\x00':
			b.WriteString("<br/>")
		case '"', '#', '&', '<', '>', '`', '\\', '[', ']', '{', '}', '(', ')', ';', '|':
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
