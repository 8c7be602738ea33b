package chargeback

import (
	_ "embed"
	"html/template"
	"io"

	"github.com/spanledger/spanledger/collector/report/format"
)

//go:embed statement.html
var statementHTML string

var statementTemplate = template.Must(template.New("statement").Funcs(template.FuncMap{
	"figure": format.Figure,
	"right":  func(k format.Kind) bool { return k.Numeric() },
}).Parse(statementHTML))

// WriteHTML writes the statement as one page that needs nothing else and
// prints well.
func (s *Statement) WriteHTML(w io.Writer) error {
	doc := s.Document()
	return statementTemplate.Execute(w, struct {
		*format.Document
		Closed bool
	}{doc, s.ClosedAt != nil})
}
