package reportapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
)

// chargebackNames are the parameters of a statement.
var chargebackNames = []string{"month", "zone", departmentParameter, "format", "focus_version", tableParameter}

// departmentParameter names the department whose part of a statement is asked for.
const departmentParameter = "department"

// Formats of statements in addition to those of reports.
const (
	htmlFormat  = "html"
	pdfFormat   = "pdf"
	focusFormat = "focus"
)

func (c *config) serveChargeback(w http.ResponseWriter, r *http.Request, reader ledger.Reader) {
	query, err := queryOf(r)
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	contentType, write, err := statementFormat(query)
	if err == nil {
		err = checkNames(query, chargebackNames)
	}
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	statement, err := c.statement(r.Context(), query, reader, time.Now())
	if name := query.Get(departmentParameter); err == nil && name != "" {
		statement, err = statement.Of(name)
	}
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	send(w, contentType, func(body io.Writer) error { return write(statement, body) })
}

// statementFormat is how the query wants a statement written.
func statementFormat(query url.Values) (contentType string, write func(*chargeback.Statement, io.Writer) error, err error) {
	version := query.Get("focus_version")
	if version == "" {
		version = chargeback.FOCUSVersion
	} else if !slices.Contains(chargeback.FOCUSVersions, version) {
		return "", nil, &report.ParameterError{Parameter: "focus_version", Value: version, Err: fmt.Errorf("use %s", strings.Join(chargeback.FOCUSVersions, ", "))}
	}
	name := query.Get("format")
	switch name {
	case htmlFormat:
		return "text/html; charset=utf-8", (*chargeback.Statement).WriteHTML, nil
	case pdfFormat:
		return "application/pdf", (*chargeback.Statement).WritePDF, nil
	case focusFormat:
		return contentTypes[format.CSVFormat], func(s *chargeback.Statement, w io.Writer) error { return s.WriteFOCUS(w, version) }, nil
	case "":
		name = string(format.JSONFormat)
	}
	contentType, ok := contentTypes[format.Format(name)]
	if !ok {
		return "", nil, &report.ParameterError{Parameter: "format", Value: name, Err: fmt.Errorf("use json, csv, markdown, html, pdf or focus")}
	}
	return contentType, func(s *chargeback.Statement, w io.Writer) error {
		return format.Write(w, format.Format(name), s.Document(), format.Options{Wide: true, Table: query.Get(tableParameter)})
	}, nil
}

// statement is that of a closed month as it was closed, else what the ledger
// says today.
func (c *config) statement(ctx context.Context, query url.Values, reader ledger.Reader, now time.Time) (*chargeback.Statement, error) {
	zone, err := report.ParseZone(query.Get("zone"))
	if err != nil {
		return nil, err
	}
	now = now.In(zone)
	month := report.Month(now.Year(), now.Month()-1, zone)
	if name := query.Get("month"); name != "" {
		if month, err = report.ParseMonth(name, zone); err != nil {
			return nil, &report.ParameterError{Parameter: "month", Value: name, Err: fmt.Errorf("use year and month, such as 2026-10")}
		}
	}
	name := month.From.Format("2006-01")
	if month.From.After(now) {
		return nil, &report.ParameterError{Parameter: "month", Value: name, Err: fmt.Errorf("is in the future: it begins %s", month.From.Format("2006-01-02 15:04 MST"))}
	}
	if c.book == nil {
		return chargeback.New(ctx, reader, month, c.rules)
	}
	closed, err := c.book.Month(name)
	switch {
	case err == nil && closed.Zone != zone.String():
		return nil, &report.ParameterError{Parameter: "zone", Value: zone.String(), Err: fmt.Errorf("month %s was closed in zone %s: use that", name, closed.Zone)}
	case err == nil:
		return closed, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	before, err := c.book.Before(name, chargeback.CorrectedMonths)
	if err != nil {
		return nil, err
	}
	statement, err := chargeback.New(ctx, reader, month, c.rules, before...)
	if seam, ok := errors.AsType[*chargeback.SeamError](err); ok {
		return nil, &report.ParameterError{Parameter: "zone", Value: zone.String(), Err: seam}
	}
	if err != nil {
		return nil, err
	}
	statement.Trail, err = c.book.Trail(name)
	return statement, err
}
