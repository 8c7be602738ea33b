package chargeback

import (
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Sizes of the page, in millimetres and points.
const (
	pdfMargin  = 15.0
	pdfTitle   = 16.0
	pdfText    = 8.0
	pdfRow     = 5.0
	pdfPadding = 4.0 // between columns
)

// WritePDF writes the statement as pages of A4. Names have the letters of Western
// Europe; others are written as a dot.
func (s *Statement) WritePDF(w io.Writer) error {
	doc := s.Document().Narrow()
	pdf := fpdf.New("L", "mm", "A4", "")
	pdf.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	pdf.SetAutoPageBreak(true, pdfMargin)
	pdf.SetTitle(doc.Title, true)
	created := s.Until
	if s.ClosedAt != nil {
		created = *s.ClosedAt
	}
	// A statement is the same file each time.
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(created.UTC())
	pdf.SetModificationDate(created.UTC())
	p := pdfPage{pdf, pdf.UnicodeTranslatorFromDescriptor("")}
	pdf.AddPage()
	state := "open"
	if s.ClosedAt != nil {
		state = "closed " + s.ClosedAt.UTC().Format(time.RFC3339)
	}
	p.line("B", pdfTitle, doc.Title+", "+state)
	p.line("", pdfText, doc.Period.String())
	for i := range doc.Tables {
		p.table(&doc.Tables[i], doc.Period)
	}
	pdf.Ln(pdfRow)
	for _, note := range doc.PrintedNotes() {
		pdf.SetFont("Helvetica", "", pdfText)
		pdf.MultiCell(0, pdfRow, p.text(note), "", "L", false)
	}
	return pdf.Output(w)
}

type pdfPage struct {
	pdf       *fpdf.Fpdf
	translate func(string) string
}

// text leaves out what the fonts of every PDF reader do not have.
func (p pdfPage) text(s string) string { return p.translate(format.OneLine(s)) }

func (p pdfPage) line(style string, size float64, text string) {
	p.pdf.SetFont("Helvetica", style, size)
	p.pdf.CellFormat(0, size*0.5+1, p.text(text), "", 1, "L", false, 0, "")
}

func (p pdfPage) table(t *format.Table, period format.Period) {
	if len(t.Rows) == 0 {
		return
	}
	p.pdf.Ln(pdfRow)
	if t.Title != "" {
		p.line("B", pdfText+2, t.Title)
	}
	rows := make([][]string, 0, len(t.Rows)+1)
	widths := make([]float64, len(t.Columns))
	p.pdf.SetFont("Helvetica", "B", pdfText)
	for i, c := range t.Columns {
		widths[i] = p.pdf.GetStringWidth(p.text(c.Header)) + pdfPadding
	}
	for _, values := range append(t.Rows[:len(t.Rows):len(t.Rows)], t.Total) {
		if values == nil {
			continue
		}
		cells := make([]string, len(values))
		for i, value := range values {
			cells[i] = p.text(format.Figure(t.Columns[i].Kind, value, period))
			widths[i] = max(widths[i], p.pdf.GetStringWidth(cells[i])+pdfPadding)
		}
		rows = append(rows, cells)
	}
	p.fit(widths)
	header := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = p.text(c.Header)
	}
	_, height := p.pdf.GetPageSize()
	p.row(t, widths, header, "B", "B")
	for i, cells := range rows {
		style, border := "", ""
		if t.Total != nil && i == len(rows)-1 {
			style, border = "B", "T"
		}
		if p.pdf.GetY()+pdfRow > height-pdfMargin {
			p.pdf.AddPage()
			p.row(t, widths, header, "B", "B")
		}
		p.row(t, widths, cells, style, border)
	}
}

// fit narrows the columns of a table that is wider than the page, all by one factor.
func (p pdfPage) fit(widths []float64) {
	page, _ := p.pdf.GetPageSize()
	total := 0.0
	for _, w := range widths {
		total += w
	}
	if room := page - 2*pdfMargin; total > room {
		for i := range widths {
			widths[i] *= room / total
		}
	}
}

func (p pdfPage) row(t *format.Table, widths []float64, cells []string, style, border string) {
	p.pdf.SetFont("Helvetica", style, pdfText)
	for i, cell := range cells {
		align := "L"
		if t.Columns[i].Kind.Numeric() {
			align = "R"
		}
		for p.pdf.GetStringWidth(cell) > widths[i] && len(cell) > 1 {
			cell = strings.TrimSuffix(cell[:len(cell)-1], ".") // one byte a letter
		}
		p.pdf.CellFormat(widths[i], pdfRow, cell, border, 0, align, false, 0, "")
	}
	p.pdf.Ln(pdfRow)
}
