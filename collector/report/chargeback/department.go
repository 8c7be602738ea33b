package chargeback

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// Of is the part of the statement that one department pays, to hand it on: its calls, its
// share of what is for all, its markup and its adjustments, with the amounts of the whole
// statement.
func (s *Statement) Of(department string) (*Statement, error) {
	value := report.Value(ledger.ByDepartment, department)
	at := slices.IndexFunc(s.Charges, func(c Charge) bool { return c.Department == value })
	if at < 0 {
		return nil, &report.ParameterError{Parameter: "department", Value: department, Err: fmt.Errorf("pays nothing in %s: use %s", s.Month, s.named())}
	}
	charge := s.Charges[at]
	of := *s
	of.department = report.Label(ledger.ByDepartment, value)
	of.Charges, of.Ledger, of.Total, of.Billed = []Charge{charge}, charge.Totals, charge.Total, charge.Billed
	of.Adjustments = slices.DeleteFunc(slices.Clone(s.Adjustments), func(a Adjustment) bool { return a.Department != value })
	return &of, nil
}

// named lists the departments of the statement.
func (s *Statement) named() string {
	if len(s.Charges) == 0 {
		return "a month with calls: this one has none"
	}
	names := make([]string, len(s.Charges))
	for i := range s.Charges {
		names[i] = report.Label(ledger.ByDepartment, s.Charges[i].Department)
	}
	return strings.Join(names, ", ")
}
