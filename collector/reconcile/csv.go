package reconcile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// csvFormat is where a cost export has its columns; the first that is present
// counts.
type csvFormat struct {
	kind     string
	start    []string
	cost     []string
	currency []string
	model    []string
}

// csvFormats: the FOCUS columns of specification 1.x, and those of AWS cost
// and usage reports, version 1 and 2. The model is in a column of the
// exporter's own, or in the name of the SKU.
var csvFormats = []csvFormat{
	{
		kind:     "FOCUS",
		start:    []string{"ChargePeriodStart"},
		cost:     []string{"BilledCost", "EffectiveCost"},
		currency: []string{"BillingCurrency"},
		model:    []string{"x_Model", "x_model", "SkuMeter", "ResourceName", "ChargeDescription"},
	},
	{
		kind:     "AWS cost and usage report",
		start:    []string{"lineItem/UsageStartDate", "line_item_usage_start_date"},
		cost:     []string{"lineItem/UnblendedCost", "line_item_unblended_cost"},
		currency: []string{"lineItem/CurrencyCode", "line_item_currency_code"},
		model:    []string{"product/model", "product_model", "lineItem/UsageType", "line_item_usage_type"},
	},
}

func readCSV(file string, data []byte) (*Export, error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return nil, &FormatError{file, "is neither JSON nor CSV: " + err.Error()}
	}
	format, columns, ok := recognise(header)
	if !ok {
		return nil, &FormatError{file, "has no known columns; " + knownFormats}
	}
	export := &Export{Kind: format.kind, HasCost: true}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return export, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		number, _ := in.FieldPos(0)
		line, err := columns.line(record)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		export.Lines = append(export.Lines, line)
	}
}

// csvColumns are positions in a record, -1 where a column is absent.
type csvColumns struct{ start, cost, currency, model int }

func recognise(header []string) (csvFormat, csvColumns, bool) {
	position := func(names []string) int {
		for _, name := range names {
			if i := slices.Index(header, name); i >= 0 {
				return i
			}
		}
		return -1
	}
	for _, f := range csvFormats {
		c := csvColumns{position(f.start), position(f.cost), position(f.currency), position(f.model)}
		if c.start >= 0 && c.cost >= 0 && c.model >= 0 {
			return f, c, true
		}
	}
	return csvFormat{}, csvColumns{}, false
}

func (c csvColumns) line(record []string) (Line, error) {
	field := func(i int) string {
		if i < 0 || i >= len(record) {
			return ""
		}
		return strings.TrimSpace(record[i])
	}
	if currency := field(c.currency); currency != "" && !strings.EqualFold(currency, "usd") {
		return Line{}, fmt.Errorf("currency %q; the ledger keeps USD", currency)
	}
	start, err := parseStart(field(c.start))
	if err != nil {
		return Line{}, err
	}
	cost, err := parseCost(field(c.cost))
	if err != nil {
		return Line{}, err
	}
	return Line{Day: dayOf(start), Model: field(c.model), Cost: cost}, nil
}

func parseStart(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not an instant", text)
}
