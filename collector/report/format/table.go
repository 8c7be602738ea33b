package format

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
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
		fmt.Fprint(out, emphasis(bold, OneLine(doc.Title)))
		if !doc.Period.IsZero() {
			fmt.Fprint(out, emphasis(faint, "  "+doc.Period.String()))
		}
		fmt.Fprintln(out)
	}
	width := opts.Width
	if opts.Wide {
		width = 0
	}
	var left []string
	for i := range doc.Tables {
		t := &doc.Tables[i]
		if t.Title != "" {
			fmt.Fprintf(out, "\n%s\n", emphasis(bold, OneLine(t.Title)))
		}
		if len(t.Rows) == 0 {
			fmt.Fprintln(out, "  "+cmp.Or(t.Empty, nothing(doc.Period)))
			continue
		}
		fitting, dropped := t.narrow(opts.Wide).fit(width, doc.Period)
		for _, header := range dropped {
			if !slices.Contains(left, header) {
				left = append(left, header)
			}
		}
		writeBlock(out, fitting, doc.Period, emphasis)
	}
	notes := doc.PrintedNotes()
	if len(left) > 0 {
		notes = append(slices.Clone(notes), leftOutNote(left, width))
	}
	if len(notes) > 0 {
		fmt.Fprintln(out)
	}
	for _, note := range notes {
		fmt.Fprintln(out, emphasis(faint, OneLine(note)))
	}
	return out.Flush()
}

// nothing is in the place of rows.
func nothing(asked Period) string {
	if asked.IsZero() {
		return "none"
	}
	return "nothing in this period"
}

func writeBlock(out *bufio.Writer, t *Table, period Period, emphasis func(sequence, s string) string) {
	widths := t.widths(period)
	rows := make([][][]string, 0, len(t.Rows)+1) // of lines of cells
	cells := func(row []any) {
		lines := [][]string{make([]string, len(t.Columns))}
		for i, c := range t.Columns {
			for n, part := range wrap(OneLine(Figure(c.Kind, row[i], period)), c.Wrap) {
				if n == len(lines) {
					lines = append(lines, make([]string, len(t.Columns)))
				}
				lines[n][i] = part
			}
		}
		rows = append(rows, lines)
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
	for i, lines := range rows {
		if i == len(t.Rows) {
			fmt.Fprintln(out, emphasis(faint, strings.Repeat("─", width)))
		}
		for _, line := range lines {
			s := align(t.Columns, widths, line)
			if i == len(t.Rows) {
				s = emphasis(bold, s)
			}
			fmt.Fprintln(out, s)
		}
	}
}

// wrap breaks a text between words into lines of a width, 0 = one line.
func wrap(s string, width int) []string {
	if width == 0 || utf8.RuneCountInString(s) <= width {
		return []string{s}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
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
		// Controls, and marks that turn the direction of text around.
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '·'
		}
		return r
	}, s)
}
