package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ANSI sequences of the few emphases a table has.
const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

// writeTable aligns text to the left and figures to the right, two spaces
// between columns, and rules off the total.
func writeTable(w io.Writer, doc *Document, opts Options) error {
	out := bufio.NewWriter(w)
	emphasis := func(sequence, s string) string {
		if !opts.Color {
			return s
		}
		return sequence + s + plain
	}
	if doc.Title != "" {
		fmt.Fprint(out, emphasis(bold, doc.Title))
		if !doc.Period.IsZero() {
			fmt.Fprint(out, emphasis(faint, "  "+doc.Period.String()))
		}
		fmt.Fprintln(out)
	}
	for i := range doc.Tables {
		t := &doc.Tables[i]
		if t.Title != "" {
			fmt.Fprintf(out, "\n%s\n", emphasis(bold, t.Title))
		}
		if len(t.Rows) == 0 {
			fmt.Fprintln(out, nothing(doc.Period))
			continue
		}
		writeBlock(out, t.narrow(opts.Wide), doc.Period, emphasis)
	}
	notes := doc.Notes
	if doc.hasMoney() {
		notes = append([]string{roundingNote}, notes...)
	}
	if len(notes) > 0 {
		fmt.Fprintln(out)
	}
	for _, note := range notes {
		fmt.Fprintln(out, emphasis(faint, note))
	}
	return out.Flush()
}

// nothing stands in the place of rows.
func nothing(asked Period) string {
	if asked.IsZero() {
		return "  none"
	}
	return "  nothing in this period"
}

func writeBlock(out *bufio.Writer, t *Table, period Period, emphasis func(sequence, s string) string) {
	widths := make([]int, len(t.Columns))
	lines := make([][]string, 0, len(t.Rows)+1)
	for i, c := range t.Columns {
		widths[i] = utf8.RuneCountInString(c.Header)
	}
	cells := func(row []any) {
		line := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			line[i] = OneLine(Figure(c.Kind, row[i], period))
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
		}
		lines = append(lines, line)
	}
	for _, row := range t.Rows {
		cells(row)
	}
	if t.Total != nil {
		cells(t.Total)
	}
	header := make([]string, len(t.Columns))
	width := 2 * (len(t.Columns) - 1)
	for i, c := range t.Columns {
		header[i] = c.Header
		width += widths[i]
	}
	fmt.Fprintln(out, emphasis(faint, align(t.Columns, widths, header)))
	for i, line := range lines {
		s := align(t.Columns, widths, line)
		if i == len(t.Rows) {
			fmt.Fprintln(out, emphasis(faint, strings.Repeat("─", width)))
			s = emphasis(bold, s)
		}
		fmt.Fprintln(out, s)
	}
}

func align(columns []Column, widths []int, cells []string) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if columns[i].Kind.Numeric() {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// OneLine keeps a text that holds control characters from breaking a table or
// driving the terminal.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return '·'
		}
		return r
	}, s)
}
