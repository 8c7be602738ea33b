package format

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// writeCSV writes the column keys of one table, then its rows, exact as in JSON.
// Totals are left out: a program that sums the rows gets them to the last digit. Of
// a document with several tables it is the first, or the one that is named.
func writeCSV(w io.Writer, doc *Document, name string) error {
	for i := range doc.Tables {
		if name == "" || doc.Tables[i].Name == name {
			return writeCSVTable(w, &doc.Tables[i], doc.Period)
		}
	}
	if name == "" {
		return nil
	}
	return &NoTableError{Table: name, Tables: doc.tableNames()}
}

// NoTableError reports a table that a document does not have.
type NoTableError struct {
	Table  string
	Tables []string // that it has
}

func (e *NoTableError) Error() string {
	return fmt.Sprintf("table %q: use one of %s", e.Table, strings.Join(e.Tables, ", "))
}

func (d *Document) tableNames() []string {
	names := make([]string, len(d.Tables))
	for i := range d.Tables {
		names[i] = d.Tables[i].Name
	}
	return names
}

// OtherTables are those that a CSV of the table leaves out.
func (d *Document) OtherTables(name string) []string {
	names := d.tableNames()
	if name == "" && len(names) > 0 {
		name = names[0]
	}
	return slices.DeleteFunc(names, func(other string) bool { return other == name })
}

func writeCSVTable(w io.Writer, t *Table, period Period) error {
	out := csv.NewWriter(w)
	record := make([]string, 0, len(t.Columns))
	for _, c := range t.Columns {
		if c.Kind != Bar {
			record = append(record, c.Key)
		}
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		record = record[:0]
		for i, c := range t.Columns {
			switch {
			case c.Kind == Bar:
			case row[i] == nil:
				record = append(record, "")
			case c.Kind == Text:
				record = append(record, NotFormula(fmt.Sprint(row[i])))
			default:
				record = append(record, fmt.Sprint(exact(row[i], period)))
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formulaStarts are the characters that begin a formula in a spreadsheet, those of
// full width among them.
const formulaStarts = "=+-@\t\r＝＋－＠"

// NotFormula keeps a spreadsheet from running a name that an application chose
// freely: an apostrophe marks it as text.
func NotFormula(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(formulaStarts, first) {
		return "'" + s
	}
	return s
}
