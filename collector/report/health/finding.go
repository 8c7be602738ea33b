package health

import "github.com/spanledger/spanledger/collector/report/format"

// Grade of a finding.
type Grade string

// Grades.
const (
	OK      Grade = "ok"
	Skipped Grade = "skipped" // no one asked, or what it needs has failed
	Warning Grade = "warning" // figures are right but incomplete, or will be soon
	Failed  Grade = "failed"  // figures is unavailable, or cannot be relied on
)

// Finding is the outcome of one check.
type Finding struct {
	Check string
	Grade Grade
	Says  string
	Hint  string // what to do; empty when all is well
}

// Findings of one examination, in the order of the checks.
type Findings []Finding

// Count is how many findings have the grade.
func (f Findings) Count(grade Grade) int {
	n := 0
	for i := range f {
		if f[i].Grade == grade {
			n++
		}
	}
	return n
}

// Document lays the findings out; for people the fixes are below the table,
// since they make it wider than a terminal.
func (f Findings) Document() *format.Document {
	table := format.Table{Name: "checks", Columns: []format.Column{
		{Key: "check", Header: "Check"}, {Key: "grade", Header: "Grade"}, {Key: "finding", Header: "Finding"}, {Key: "hint", Header: "What to do", Wide: true},
	}}
	doc := &format.Document{Name: "check", Title: "Check"}
	for _, finding := range f {
		table.Rows = append(table.Rows, []any{finding.Check, string(finding.Grade), finding.Says, finding.Hint})
		if finding.Hint != "" {
			doc.Notes = append(doc.Notes, finding.Check+": "+finding.Hint)
		}
	}
	doc.Tables = []format.Table{table}
	return doc
}
