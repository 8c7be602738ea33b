package tracetree

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spanledger/spanledger/collector/report/format"
)

// TextOptions changes how a tree is written for people.
type TextOptions struct {
	Color bool           // errors, headers and the critical path in ANSI sequences
	Zone  *time.Location // of times; nil = UTC
}

// depthLimit is the depth of the printed tree; what is deeper is listed at that
// depth, with its level. A run that calls itself ten thousand deep stays legible,
// and its text no longer grows with the square of its depth.
const depthLimit = 32

// nameLimit keeps lines of usual trees within a terminal of 120 columns.
const nameLimit = 56

var columns = [...]string{"DURATION", "TOKENS IN", "OUT", "OWN COST", "COST"}

type textLine struct {
	node  *Node // nil: spans that are left out
	label string
	cells [len(columns)]string
}

// WriteText writes the tree for people: one line a node, figures right-aligned,
// "*" before nodes on the critical path, and a summary. COST is that of the node
// and everything below it, OWN COST leaves out agents started below it.
func (t *Tree) WriteText(w io.Writer, opts TextOptions) error {
	out := bufio.NewWriter(w)
	paint := plain
	if opts.Color {
		paint = ansi
	}
	t.writeHead(out, opts, paint)
	t.writeNodes(out, paint)
	t.writeSummary(out, paint)
	return out.Flush()
}

// Sequences of ECMA-48, section 8.3.117.
const (
	bold = "1"
	dim  = "2"
	red  = "31"
)

func plain(_, s string) string { return s }

func ansi(sequence, s string) string { return "\x1b[" + sequence + "m" + s + "\x1b[0m" }

func (t *Tree) writeHead(out *bufio.Writer, opts TextOptions, paint func(sequence, s string) string) {
	zone := opts.Zone
	if zone == nil {
		zone = time.UTC
	}
	fmt.Fprintf(out, "%s  %s  %s\n", paint(bold, "Trace "+t.ID.String()),
		t.Start.In(zone).Format("2006-01-02 15:04:05 MST"), format.Elapsed(t.Duration))
	var who []string
	for _, part := range [][2]string{{"user", t.User}, {"department", t.Department}, {"application", t.Application}} {
		if part[1] != "" {
			who = append(who, part[0]+" "+Printable(part[1]))
		}
	}
	if len(who) > 0 {
		fmt.Fprintln(out, strings.Join(who, "  "))
	}
	fmt.Fprintln(out)
}

func (t *Tree) writeNodes(out *bufio.Writer, paint func(sequence, s string) string) {
	lines := make([]textLine, 0, t.nodes)
	for _, root := range t.Roots {
		lines = root.appendLines(lines, 0, "", "")
	}
	if t.LeftOut != nil {
		lines = append(lines, t.LeftOut.line(""))
	}
	name := utf8.RuneCountInString("SPAN")
	var widths [len(columns)]int
	for i, c := range columns {
		widths[i] = len(c)
	}
	for _, l := range lines {
		name = max(name, utf8.RuneCountInString(l.label))
		for i, c := range l.cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	write := func(label string, cells [len(columns)]string, tail string) string {
		var b strings.Builder
		b.WriteString(label)
		pad(&b, name-utf8.RuneCountInString(label))
		for i, c := range cells {
			pad(&b, 2+widths[i]-utf8.RuneCountInString(c))
			b.WriteString(c)
		}
		b.WriteString(tail)
		return strings.TrimRight(b.String(), " ")
	}
	fmt.Fprintln(out, "  "+paint(bold, write("SPAN", columns, "")))
	for _, l := range lines {
		mark := "  "
		if l.node == nil {
			fmt.Fprintln(out, mark+paint(dim, write(l.label, l.cells, "")))
			continue
		}
		if l.node.Critical {
			mark = "* "
		}
		line := write(l.label, l.cells, l.node.remark())
		switch {
		case l.node.Error:
			line = paint(red, line)
		case !l.node.Critical:
			line = paint(dim, line)
		}
		fmt.Fprintln(out, mark+line)
	}
}

func pad(b *strings.Builder, n int) {
	for range n {
		b.WriteByte(' ')
	}
}

// appendLines appends the lines of n and everything below it. Prefix draws the
// branches above; branch is the one that leads to n.
func (n *Node) appendLines(lines []textLine, depth int, prefix, branch string) []textLine {
	name := Printable(n.Name)
	if depth > depthLimit {
		name = fmt.Sprintf("(level %d) %s", depth, name)
	}
	l := textLine{node: n, label: prefix + branch + shorten(name)}
	l.cells[0] = format.Elapsed(n.Duration)
	if f := n.Inclusive; f.Calls > 0 {
		l.cells[1] = format.Grouped(f.Input)
		l.cells[2] = format.Grouped(f.Output)
		if n.Call == nil {
			l.cells[3] = costText(n.Own)
		}
		l.cells[4] = costText(f)
	}
	lines = append(lines, l)
	switch {
	case depth >= depthLimit:
	case branch == "├─ ":
		prefix += "│  "
	case branch == "└─ ":
		prefix += "   "
	}
	for i, c := range n.Children {
		branch := "├─ "
		if i == len(n.Children)-1 && n.LeftOut == nil {
			branch = "└─ "
		}
		lines = c.appendLines(lines, depth+1, prefix, branch)
	}
	if n.LeftOut != nil {
		lines = append(lines, n.LeftOut.line(prefix+"└─ "))
	}
	return lines
}

// line is the line of spans that are left out.
func (o *LeftOut) line(lead string) textLine {
	l := textLine{label: lead + o.label()}
	if f := o.Figures; f.Calls > 0 {
		l.cells[1], l.cells[2], l.cells[4] = format.Grouped(f.Input), format.Grouped(f.Output), costText(f)
	}
	return l
}

func (o *LeftOut) label() string {
	label := "… " + format.Counted(o.Spans, "span") + " left out"
	if o.Failed > 0 {
		label += ", " + format.Grouped(o.Failed) + " failed"
	}
	return label
}

// costText is "-" if no call has a price. A "+" marks a sum without unpriced calls.
func costText(f Figures) string {
	open := f.Unpriced + f.Invalid
	switch {
	case f.Calls == 0:
		return ""
	case open == f.Calls:
		return "-"
	case open > 0:
		return format.Cost(f.Cost) + "+"
	}
	return format.Cost(f.Cost)
}

// remark describes errors, retries and spans that are not billed.
func (n *Node) remark() string {
	var words []string
	if n.Error {
		words = append(words, strings.TrimSpace("ERROR "+Printable(n.ErrorType)))
	}
	if n.Call != nil {
		switch {
		case !n.Call.Billable && n.Inclusive.Calls > 0:
			words = append(words, "billed below")
		case !n.Call.Billable:
			words = append(words, "billed elsewhere")
		case n.Call.Cost.Status == "unpriced" || n.Call.Cost.Status == "invalid":
			words = append(words, strings.TrimSpace(n.Call.Cost.Status+" "+Printable(n.Call.Cost.Reason)))
		}
		if n.Call.Attempt > 0 {
			words = append(words, "retry "+strconv.Itoa(n.Call.Attempt))
		}
	}
	for _, from := range n.handedBy {
		words = append(words, "handed over by "+Printable(from.Name))
	}
	if n.Adopted {
		words = append(words, "placed by time")
	}
	if len(words) == 0 {
		return ""
	}
	return "  " + strings.Join(words, ", ")
}

func (t *Tree) writeSummary(out *bufio.Writer, paint func(sequence, s string) string) {
	f := t.Total
	fmt.Fprintf(out, "\n%s  %s, %s, %s tokens in, %s out\n", paint(bold, "Total "+orUnknown(costText(f))),
		format.Counted(f.Calls, "LLM call"), format.Counted(f.Errors, "error"), format.Grouped(f.Input), format.Grouped(f.Output))
	if n := t.Slowest; n != nil {
		fmt.Fprintf(out, "Slowest: %s, %s\n", Printable(n.path()), format.Elapsed(n.Duration))
	}
	if n := t.MostExpensive; n != nil {
		fmt.Fprintf(out, "Most expensive: %s, %s\n", Printable(n.path()), costText(n.Inclusive))
	}
	for i, a := range t.Agents {
		lead := "Agents:  "
		if i > 0 {
			lead = "         "
		}
		fmt.Fprintf(out, "%s%s, %s, %s, own cost %s\n", lead, Printable(a.Name),
			format.Counted(a.Invocations, "invocation"), format.Elapsed(a.Duration), orUnknown(costText(a.Own)))
	}
	fmt.Fprintln(out, paint(dim, "* critical path: the spans that determine how long the run took"))
	if n := t.Omitted(); n > 0 {
		fmt.Fprintf(out, "… %s of %s left out; all figures include them, but for the critical path and the slowest span (to show all: --max-spans 0)\n",
			format.Grouped(n), format.Counted(t.Spans, "span"))
	}
	if f.Unpriced+f.Invalid > 0 {
		fmt.Fprintf(out, "+ without %s that %s no price\n", format.Counted(f.Unpriced+f.Invalid, "call"), format.Verb(f.Unpriced+f.Invalid, "has", "have"))
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= nameLimit {
		return s
	}
	return string([]rune(s)[:nameLimit-1]) + "…"
}
