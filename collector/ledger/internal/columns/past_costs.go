package columns

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// PastCosts are the columns of a figure that was replaced.
func PastCosts[C any](k Kinds[ledger.PastCost, C]) []C {
	return []C{
		k.TraceID("trace_id", func(p *ledger.PastCost) *ledger.TraceID { return &p.TraceID }),
		k.SpanID("span_id", func(p *ledger.PastCost) *ledger.SpanID { return &p.SpanID }),
		k.Instant("start_time", func(p *ledger.PastCost) *time.Time { return &p.Start }),
		k.Small("revision", func(p *ledger.PastCost) *int { return &p.Revision }),
		k.Word("cost_status", func(p *ledger.PastCost) *string { return &p.Cost.Status }),
		k.Amount("cost", func(p *ledger.PastCost) **udecimal.Decimal { return &p.Cost.Amount }),
		k.Word("currency", func(p *ledger.PastCost) *string { return &p.Cost.Currency }),
		k.Word("cost_reason", func(p *ledger.PastCost) *string { return &p.Cost.Reason }),
		k.Texts("cost_flags", func(p *ledger.PastCost) *[]string { return &p.Cost.Flags }),
		k.Bill("cost_line_items", func(p *ledger.PastCost) *ledger.Bill { return &p.Cost.Bill }),
		k.Word("catalog_version", func(p *ledger.PastCost) *string { return &p.Cost.CatalogVersion }),
		k.Instant("replaced_time", func(p *ledger.PastCost) *time.Time { return &p.Replaced }),
	}
}
