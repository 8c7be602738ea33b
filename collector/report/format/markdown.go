package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// markdownText keeps names that an application chose freely from being markup: a
// link, an image, code, or the end of a cell.
var markdownText = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;", "\n", " ", "\r", " ",
	"[", `\[`, "]", `\]`, "*", `\*`, "`", "\\`", "~", `\~`, "://", `\://`, "www.", `www\.`, "\x1b", " ", "\x00", " ")

// writeMarkdown writes GitHub-flavoured tables, rounded like those for the terminal.
func writeMarkdown(w io.Writer, doc *Document, opts Options) error {
	out := bufio.NewWriter(w)
	if doc.Title != "" {
		fmt.Fprintf(out, "## %s\n\n", markdownText.Replace(OneLine(doc.Title)))
	}
	if !doc.Period.IsZero() {
		fmt.Fprintf(out, "%s\n\n", doc.Period)
	}
	for i := range doc.Tables {
		t := doc.Tables[i].narrow(opts.Wide)
		if t.Title != "" {
			fmt.Fprintf(out, "### %s\n\n", markdownText.Replace(OneLine(t.Title)))
		}
		rule := make([]string, len(t.Columns))
		header := make([]string, len(t.Columns))
		for c, column := range t.Columns {
			header[c], rule[c] = markdownText.Replace(column.Header), "---"
			if column.Kind.Numeric() {
				rule[c] = "--:"
			}
		}
		fmt.Fprintf(out, "| %s |\n|%s|\n", strings.Join(header, " | "), strings.Join(rule, "|"))
		row := func(values []any, mark string) {
			cells := make([]string, len(values))
			for c, v := range values {
				cells[c] = markdownText.Replace(Figure(t.Columns[c].Kind, v, doc.Period))
				if cells[c] != "" {
					cells[c] = mark + cells[c] + mark
				}
			}
			fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
		}
		for _, values := range t.Rows {
			row(values, "")
		}
		if t.Total != nil {
			row(t.Total, "**")
		}
		fmt.Fprintln(out)
	}
	for _, note := range doc.PrintedNotes() {
		fmt.Fprintf(out, "*%s*\n", markdownText.Replace(OneLine(note)))
	}
	return out.Flush()
}
