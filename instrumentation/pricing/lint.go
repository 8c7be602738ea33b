package pricing

import (
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// Severity grades a problem of a catalogue file.
type Severity string

// Severities. A file with errors is not used; a warning names something that
// is allowed and rarely meant.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one finding in a catalogue file.
type Problem struct {
	File     string
	Line     int    // from 1
	Path     string // providers[0].models[3].cards[1].rates.input
	Severity Severity
	Message  string
}

// String formats the problem as file:line: severity: path: message, without the
// path where the file as a whole is meant.
func (p Problem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Severity, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s: %s", p.File, p.Line, p.Severity, p.Path, p.Message)
}

// LintError reports a catalogue file that cannot be used.
type LintError struct{ Problems []Problem }

// Error lists the problems, one on each line.
func (e *LintError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Lint checks a catalogue file and returns everything that is wrong with it or
// looks wrong, in the order of the file.
func Lint(name string, data []byte) []Problem {
	l, f := decodeAndCheck(name, data)
	if f != nil && f.Format == pricefile.FormatVersion {
		l.checkReferences(f)
	}
	return l.inOrder()
}

func onlyErrors(problems []Problem) []Problem {
	var errs []Problem
	for _, p := range problems {
		if p.Severity == Error {
			errs = append(errs, p)
		}
	}
	return errs
}
