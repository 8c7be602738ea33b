package format

import (
	"fmt"
	"time"

	"github.com/quagmt/udecimal"
)

// Document is the answer to one question.
type Document struct {
	Name   string // of the report, for programs: "cost"
	Title  string // for people: "Cost by department"
	Period Period // zero when the question has none
	Tables []Table
	Notes  []string // what the reader must know to read the figures right
}

// Period is the stretch of time an answer covers: [From, Until), in Zone.
type Period struct {
	From, Until time.Time
	Zone        *time.Location // nil = UTC
}

// Table is one block of figures.
type Table struct {
	Name    string // for programs: "lines"
	Title   string // for people; empty when the document's title says it all
	Columns []Column
	Rows    [][]any // see Kind for the type of each value; nil = not known
	Total   []any   // same columns; nil when the rows do not add up to anything
	More    bool    // there are rows after these
	Empty   string  // for people, when there are no rows; "" = nothing in this period, or none
}

// Column describes the values below it.
type Column struct {
	Key    string // snake_case with its unit: "cost_usd", "p95_seconds"
	Header string // for people: "Cost (USD)"
	Kind   Kind
	Wide   bool // shown to people only when they ask for all columns
	Spare  int  // left out where the terminal is too narrow, the highest first; 0 = not before texts are broken
	Wrap   int  // characters after which a text continues in the next line, in tables; 0 = never
}

// Kind is the type and the meaning of a column's values.
type Kind int

// Kinds.
const (
	Text     Kind = iota // string
	Count                // int64
	Money                // udecimal.Decimal, in the currency the header names
	Share                // float64, 0.25 = 25 %
	Duration             // time.Duration
	Instant              // time.Time
	Number               // float64, one decimal for people
	Decimal              // udecimal.Decimal that is no money, such as a score
	Bar                  // string of block characters; left out of JSON and CSV
	Payable              // udecimal.Decimal that is paid: Payable + 2 has two decimals
)

// Numeric kinds are aligned to the right.
func (k Kind) Numeric() bool { return k != Text && k != Bar && k != Instant }

// MoneyPrecision is how many decimals tables for people show of an amount.
// Smaller amounts than it can show are written as "<0.0001".
const MoneyPrecision = 4

var (
	smallestMoney = udecimal.MustFromInt64(1, MoneyPrecision)
	roundingNote  = fmt.Sprintf("Amounts are rounded to %d decimals here and percentages to 1; JSON and CSV are exact.", MoneyPrecision)
)

// zone is the period's zone, never nil.
func (p Period) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// IsZero reports a question without a period.
func (p Period) IsZero() bool { return p.From.IsZero() && p.Until.IsZero() }

// String writes the period in its zone: "2026-10-01 00:00 to 2026-11-01 00:00 UTC",
// with seconds where it is shorter than an hour.
func (p Period) String() string {
	layout := "2006-01-02 15:04"
	from, until := p.From.In(p.zone()), p.Until.In(p.zone())
	if until.Sub(from) < time.Hour {
		layout = "2006-01-02 15:04:05"
	}
	if from.Format("MST") == until.Format("MST") {
		return from.Format(layout) + " to " + until.Format(layout+" MST")
	}
	return from.Format(layout+" MST") + " to " + until.Format(layout+" MST")
}

// PrintedNotes are the notes, and that amounts are rounded where they are.
func (d *Document) PrintedNotes() []string {
	if !d.hasMoney() {
		return d.Notes
	}
	return append([]string{roundingNote}, d.Notes...)
}

// hasMoney reports whether some table shows amounts.
func (d *Document) hasMoney() bool {
	for i := range d.Tables {
		if len(d.Tables[i].Rows) == 0 {
			continue
		}
		for _, c := range d.Tables[i].Columns {
			if c.Kind == Money {
				return true
			}
		}
	}
	return false
}

// Narrow is the document without the columns that people see on request.
func (d *Document) Narrow() *Document {
	narrow := *d
	narrow.Tables = make([]Table, len(d.Tables))
	for i := range d.Tables {
		narrow.Tables[i] = *d.Tables[i].narrow(false)
	}
	return &narrow
}

// narrow is the table without its wide columns.
func (t *Table) narrow(wide bool) *Table {
	if wide {
		return t
	}
	return t.without(func(i int) bool { return t.Columns[i].Wide })
}

// without is the table without some of its columns.
func (t *Table) without(left func(column int) bool) *Table {
	kept := func(row []any) []any {
		if row == nil {
			return nil
		}
		short := make([]any, 0, len(row))
		for i := range t.Columns {
			if !left(i) {
				short = append(short, row[i])
			}
		}
		return short
	}
	n := &Table{Name: t.Name, Title: t.Title, Total: kept(t.Total), More: t.More, Empty: t.Empty}
	for i, c := range t.Columns {
		if !left(i) {
			n.Columns = append(n.Columns, c)
		}
	}
	for _, row := range t.Rows {
		n.Rows = append(n.Rows, kept(row))
	}
	return n
}
