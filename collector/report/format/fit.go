package format

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// leastWrap is how narrow a column of texts is made at most.
const leastWrap = 16

// fit makes a table as narrow as a terminal: it leaves out the columns that are
// marked as spare, the highest number first, then breaks long texts into lines,
// then leaves out columns from the right. The first column and the first figure
// always stay. It returns the headers of what it left out.
func (t *Table) fit(width int, period Period) (fitting *Table, left []string) {
	if width == 0 {
		return t, nil
	}
	fitting = t
	drop := func(at int) {
		left = append(left, fitting.Columns[at].Header)
		fitting = fitting.without(func(i int) bool { return i == at })
	}
	for fitting.width(period) > width {
		if at := fitting.mostSpare(); at >= 0 {
			drop(at)
			continue
		}
		if fitting.wrapWidest(width, period) {
			continue
		}
		at := len(fitting.Columns) - 1
		if at <= fitting.firstFigure() || at == 0 {
			break
		}
		drop(at)
	}
	return fitting, left
}

// mostSpare is the column that is left out first, -1 when none is spare.
func (t *Table) mostSpare() int {
	at := -1
	for i, c := range t.Columns {
		if c.Spare > 0 && (at < 0 || c.Spare > t.Columns[at].Spare) {
			at = i
		}
	}
	return at
}

// firstFigure is the first column with figures, -1 when there is none.
func (t *Table) firstFigure() int {
	for i, c := range t.Columns {
		if c.Kind.Numeric() {
			return i
		}
	}
	return -1
}

// wrapWidest breaks the texts of the widest column that is still whole, as far as
// is needed; false when there is none, or breaking does not help because its texts
// are single words.
func (t *Table) wrapWidest(width int, period Period) bool {
	widths := t.widths(period)
	widest := -1
	for i, c := range t.Columns {
		if c.Kind == Text && c.Wrap == 0 && widths[i] > leastWrap && (widest < 0 || widths[i] > widths[widest]) {
			widest = i
		}
	}
	if widest < 0 {
		return false
	}
	columns := append([]Column(nil), t.Columns...)
	columns[widest].Wrap = max(leastWrap, widths[widest]-(t.width(period)-width))
	t.Columns = columns
	return true
}

// widths are those of the columns as they are written.
func (t *Table) widths(period Period) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = utf8.RuneCountInString(c.Header)
	}
	measure := func(row []any) {
		for i, c := range t.Columns {
			for _, part := range wrap(OneLine(Figure(c.Kind, row[i], period)), c.Wrap) {
				widths[i] = max(widths[i], utf8.RuneCountInString(part))
			}
		}
	}
	for _, row := range t.Rows {
		measure(row)
	}
	if t.Total != nil {
		measure(t.Total)
	}
	return widths
}

func (t *Table) width(period Period) int {
	width := 2 * (len(t.Columns) - 1)
	for _, w := range t.widths(period) {
		width += w
	}
	return width
}

func leftOutNote(left []string, width int) string {
	return fmt.Sprintf("Left out to fit %d columns: %s (--wide shows everything).", width, strings.Join(left, ", "))
}
