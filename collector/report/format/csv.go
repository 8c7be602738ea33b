package format

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// writeCSV writes the column keys, then the rows, exact as in JSON. Totals are
// left out: a program that sums the rows gets them to the last digit. A
// document of several tables has a blank line between them, and each begins
// with a line that holds its name.
func writeCSV(w io.Writer, doc *Document) error {
	for i := range doc.Tables {
		if len(doc.Tables) > 1 {
			if i > 0 {
				if _, err := fmt.Fprintln(w); err != nil {
					return err
				}
			}
			if _, err := fmt.Fprintln(w, doc.Tables[i].Name); err != nil {
				return err
			}
		}
		if err := writeCSVTable(w, &doc.Tables[i], doc.Period); err != nil {
			return fmt.Errorf("table %s: %w", doc.Tables[i].Name, err)
		}
	}
	return nil
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
				record = append(record, notFormula(fmt.Sprint(row[i])))
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

// notFormula keeps a spreadsheet from running a name that an application chose
// freely: an apostrophe marks it as text.
func notFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
