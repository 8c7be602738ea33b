package format

import (
	"fmt"
	"io"
	"strings"
)

// Format is a way of writing a document.
type Format string

// Formats.
const (
	TableFormat    Format = "table"
	JSONFormat     Format = "json"
	CSVFormat      Format = "csv"
	MarkdownFormat Format = "markdown"
)

// Formats lists what Parse accepts.
var Formats = []Format{TableFormat, JSONFormat, CSVFormat, MarkdownFormat}

// Parse finds a format by its name; the error lists the names.
func Parse(name string) (Format, error) {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		if name == string(f) {
			return f, nil
		}
		names[i] = string(f)
	}
	return "", fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(names, ", "))
}

// Options change the look of tables for people.
type Options struct {
	Color bool   // emphasise headers and totals with ANSI sequences
	Wide  bool   // show every column, also in Markdown
	Table string // of CSV, where a document has several; "" = the first
	Width int    // of the terminal in characters, 0 = no limit: tables are made to fit unless Wide
}

// Write writes the document to w.
func Write(w io.Writer, f Format, doc *Document, opts Options) error {
	switch f {
	case TableFormat:
		return writeTable(w, doc, opts)
	case JSONFormat:
		return writeJSON(w, doc)
	case CSVFormat:
		return writeCSV(w, doc, opts.Table)
	case MarkdownFormat:
		return writeMarkdown(w, doc, opts)
	}
	return fmt.Errorf("unknown format %q", f)
}
