package reconcile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// csvFormat is where a cost export has its columns; the first that is present
// counts. It is recognised by its first three.
type csvFormat struct {
	kind     string
	start    []string
	cost     []string
	model    []string
	currency []string
	service  []string // what was sold
	category []string // what kind of position it is
	// details is a column with more columns in it, as a JSON object. They are
	// found under their own names.
	details string
	// read decides what a position is about; nil takes it as it is named.
	read func(p *csvPosition) (model, leftOut string)
}

// csvPosition holds the fields of a record that decide what it is about.
type csvPosition struct {
	model             string // the first of the model columns that is not empty
	service, category string
	field             func(names ...string) string
}

// csvFormats: the FOCUS columns of specification 1.x, those of AWS cost and usage
// reports, legacy and 2.0, of Azure's cost details and of Google's billing export.
// The model is in a column of the exporter's own, or in the name of the SKU.
var csvFormats = []csvFormat{
	{
		kind:     "FOCUS",
		start:    []string{"ChargePeriodStart"},
		cost:     []string{"BilledCost", "EffectiveCost"},
		model:    []string{"x_Model", "x_model", "SkuMeter", "ResourceName", "ChargeDescription"},
		currency: []string{"BillingCurrency"},
		service:  []string{"ServiceCategory"},
		category: []string{"ChargeCategory"},
		read:     focusPosition,
	},
	{
		kind:     "AWS cost and usage report",
		start:    []string{"lineItem/UsageStartDate", "line_item_usage_start_date"},
		cost:     []string{"lineItem/UnblendedCost", "line_item_unblended_cost"},
		model:    []string{"product/model", "product_model", "lineItem/UsageType", "line_item_usage_type"},
		currency: []string{"lineItem/CurrencyCode", "line_item_currency_code"},
		service:  []string{"lineItem/ProductCode", "line_item_product_code"},
		category: []string{"lineItem/LineItemType", "line_item_line_item_type"},
		details:  "product",
		read:     awsPosition,
	},
	{
		kind:     "Azure cost export",
		start:    []string{"Date", "date", "UsageDate", "UsageDateTime"},
		cost:     []string{"CostInBillingCurrency", "costInBillingCurrency", "PreTaxCost", "Cost", "cost"},
		model:    []string{"MeterName", "meterName", "Meter"},
		currency: []string{"BillingCurrencyCode", "BillingCurrency", "billingCurrency", "Currency"},
		service:  []string{"MeterCategory", "meterCategory"},
		category: []string{"ChargeType", "chargeType"},
		read:     azurePosition,
	},
	{
		kind:     "Google billing export",
		start:    []string{"usage_start_time", "Usage start date", "usage_start_date"},
		cost:     []string{"cost", "Cost ($)", "Unrounded cost ($)", "Cost"},
		model:    []string{"sku.description", "sku_description", "SKU description"},
		currency: []string{"currency", "Currency"},
		service:  []string{"service.description", "service_description", "Service description"},
		category: []string{"cost_type", "Cost type"},
		read:     googlePosition,
	},
}

// Kinds of positions that are no usage: they belong to the invoice as a whole.
var invoiceKinds = []string{
	"tax", "credit", "refund", "rounding", "rounding_error", "roundingadjustment", "adjustment", "discount",
	"bundleddiscount", "edpdiscount", "privateratediscount", "spprivateratediscount", "rifee", "savingsplanrecurringfee",
	"savingsplanupfrontfee", "savingsplannegation", "purchase",
}

func focusPosition(p *csvPosition) (model, leftOut string) {
	if slices.Contains(invoiceKinds, strings.ToLower(p.category)) {
		return "", p.category
	}
	if p.service != "" && p.service != "AI and Machine Learning" {
		return "", p.service
	}
	return p.model, ""
}

// awsPosition: models of Amazon are billed as AmazonBedrock, with the model in the
// usage type; those of other makers by AWS Marketplace, with the model in the name
// of the product.
func awsPosition(p *csvPosition) (model, leftOut string) {
	product := p.field("product/ProductName", "product_product_name", "product_name")
	described := p.field("lineItem/LineItemDescription", "line_item_line_item_description")
	kind := p.field("lineItem/UsageType", "line_item_usage_type")
	switch {
	case slices.Contains(invoiceKinds, strings.ToLower(p.category)):
		return "", p.category
	case edition.MatchString(product):
		return edition.FindStringSubmatch(product)[1], ""
	case p.service != "" && !strings.Contains(strings.ToLower(p.service+" "+product+" "+described), "bedrock"):
		return "", p.service
	case p.model == kind && !usageType.MatchString(kind) && p.service != "":
		return charge(kind), "" // guardrails, knowledge bases and the like
	}
	return p.model, ""
}

// azurePosition: token meters of Azure OpenAI and Foundry are calls.
func azurePosition(p *csvPosition) (model, leftOut string) {
	category := strings.ToLower(p.service)
	product := strings.ToLower(p.field("ProductName", "productName", "Product") + " " + p.field("MeterSubCategory", "meterSubCategory"))
	ours := strings.Contains(category, "openai") || strings.Contains(category, "foundry") ||
		strings.Contains(category, "cognitive services") && (strings.Contains(product, "openai") || strings.Contains(product, "foundry"))
	switch {
	case p.category != "" && !strings.EqualFold(p.category, "usage"):
		return "", p.category
	case !ours && !(strings.Contains(category, "cognitive services") && countsTokens(p.model)):
		return "", p.service
	case !countsTokens(p.model):
		return charge(p.model), ""
	}
	return p.model, ""
}

// googlePosition: SKUs of Vertex AI and the Gemini API that count input or output
// are calls.
func googlePosition(p *csvPosition) (model, leftOut string) {
	service := strings.ToLower(p.service)
	switch {
	case p.category != "" && !strings.EqualFold(p.category, "regular") && !strings.EqualFold(p.category, "usage"):
		return "", p.category
	case !strings.Contains(service, "vertex ai") && !strings.Contains(service, "gemini") && !strings.Contains(service, "generative language"):
		return "", p.service
	case !countsTokens(p.model):
		return "", p.service + ": " + p.model
	}
	return p.model, ""
}

// countsTokens tells meters of calls from those of hours, pages and storage.
func countsTokens(meter string) bool {
	counting := []string{"token", "tokens", "input", "output", "inp", "outp", "inpt", "opt", "caching"}
	return slices.ContainsFunc(words(meter), func(word string) bool { return slices.Contains(counting, word) }) &&
		!strings.Contains(strings.ToLower(meter), "storage")
}

func readCSV(file string, data []byte) (*Export, error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return nil, &FormatError{file, "is neither JSON nor CSV: " + err.Error()}
	}
	columns, ok := recognise(header)
	if !ok {
		return nil, &FormatError{file, "has no known columns; " + knownFormats}
	}
	export := &Export{Kind: columns.format.kind, HasCost: true}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return export, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		number, _ := in.FieldPos(0)
		if err := columns.read(record, export); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
	}
}

// csvColumns are positions in a record.
type csvColumns struct {
	format *csvFormat
	at     map[string]int
}

func recognise(header []string) (csvColumns, bool) {
	at := make(map[string]int, len(header))
	for i, name := range header {
		if _, twice := at[name]; !twice {
			at[name] = i
		}
	}
	has := func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, ok := at[name]; return ok })
	}
	for i := range csvFormats {
		f := &csvFormats[i]
		if has(f.start) && has(f.cost) && has(f.model) {
			return csvColumns{f, at}, true
		}
	}
	return csvColumns{}, false
}

func (c csvColumns) read(record []string, export *Export) error {
	details := map[string]string{}
	if i, ok := c.at[c.format.details]; ok && i < len(record) && strings.HasPrefix(record[i], "{") {
		if err := json.Unmarshal([]byte(record[i]), &details); err != nil {
			return fmt.Errorf("column %s: %w", c.format.details, err)
		}
	}
	field := func(names ...string) string {
		for _, name := range names {
			if i, ok := c.at[name]; ok && i < len(record) {
				if text := strings.TrimSpace(record[i]); text != "" {
					return text
				}
			}
			if text := details[strings.TrimPrefix(name, "product_")]; text != "" {
				return text
			}
		}
		return ""
	}
	cost, err := parseCost(field(c.format.cost...))
	if err != nil {
		return err
	}
	p := csvPosition{model: field(c.format.model...), service: field(c.format.service...), category: field(c.format.category...), field: field}
	model, leftOut := c.format.read(&p)
	if leftOut != "" {
		export.leaveOut(leftOut, cost)
		return nil
	}
	if currency := field(c.format.currency...); currency != "" && !strings.EqualFold(currency, "usd") {
		return fmt.Errorf("currency %q; the ledger keeps USD", currency)
	}
	start, err := parseStart(field(c.format.start...))
	if err != nil {
		return err
	}
	export.Lines = append(export.Lines, Line{Day: dayOf(start), Model: model, Named: true, Cost: cost})
	return nil
}

// Layouts of instants in exports: RFC 3339, with and without a zone, BigQuery's, and
// Azure's American dates.
var startLayouts = []string{time.RFC3339, time.DateTime, time.DateOnly, "2006-01-02 15:04:05 MST", "01/02/2006", "2006-01-02T15:04:05"}

func parseStart(text string) (time.Time, error) {
	for _, layout := range startLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", text)
}
