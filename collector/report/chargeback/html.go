package chargeback

import (
	_ "embed"
	"html"
	"io"
	"sync"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
	"github.com/spanledger/spanledger/collector/report/format"
)

//go:embed statement.html
var statementHTML string

// statementTemplate prints values between tags and in quoted attributes alone,
// where html.EscapeString is enough.
var statementTemplate = sync.OnceValue(readStatement)

func readStatement() *plaintemplate.Set {
	set := plaintemplate.New(plaintemplate.Functions{
		"figure": format.Figure,
		"right":  func(k format.Kind) bool { return k.Numeric() },
	}, html.EscapeString)
	return plaintemplate.Must(set, set.Parse("statement", statementHTML))
}

// WriteHTML writes the statement as one page that needs nothing else and
// prints well.
func (s *Statement) WriteHTML(w io.Writer) error {
	doc := s.Document().Narrow()
	return statementTemplate().Execute(w, "statement", struct {
		*format.Document
		Closed       bool
		PrintedNotes []string
	}{doc, s.ClosedAt != nil, doc.PrintedNotes()})
}
