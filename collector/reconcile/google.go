package reconcile

import (
	"encoding/json"
	"fmt"
)

// googleBilling is a row of Google's billing export to BigQuery, as bq writes it in
// JSON.
type googleBilling struct {
	Service  struct{ Description string } `json:"service"`
	SKU      struct{ Description string } `json:"sku"`
	Start    string                       `json:"usage_start_time"`
	Cost     json.Number                  `json:"cost"`
	Currency string                       `json:"currency"`
	Type     string                       `json:"cost_type"`
}

func readGoogleBilling(row []byte, export *Export) error {
	var r googleBilling
	if err := json.Unmarshal(row, &r); err != nil {
		return fmt.Errorf("google billing: %w", err)
	}
	export.Kind, export.HasCost = "Google billing export", true
	cost, err := parseCost(r.Cost.String())
	if err != nil {
		return fmt.Errorf("google billing: %w", err)
	}
	model, leftOut := googlePosition(&csvPosition{model: r.SKU.Description, service: r.Service.Description, category: r.Type})
	if leftOut != "" {
		export.leaveOut(leftOut, cost)
		return nil
	}
	if r.Currency != "" && r.Currency != "USD" {
		return fmt.Errorf("google billing: currency %q; the ledger keeps USD", r.Currency)
	}
	start, err := parseStart(r.Start)
	if err != nil {
		return fmt.Errorf("google billing: %w", err)
	}
	export.Lines = append(export.Lines, Line{Day: dayOf(start), Model: model, Named: true, Cost: cost})
	return nil
}
