package tracetree

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Figures are ledger.Totals, as trees name them: sums over LLM calls that are billed. Cost is in USD and exact;
// calls without a price add nothing to it and are counted in Unpriced or Invalid.
type Figures struct {
	Calls      int64            `json:"calls"`
	Errors     int64            `json:"errors"`
	Unpriced   int64            `json:"unpriced"`
	Invalid    int64            `json:"invalid"`
	Input      int64            `json:"input_tokens"` // cache reads and writes included
	Output     int64            `json:"output_tokens"`
	CacheRead  int64            `json:"cache_read_tokens"`
	CacheWrite int64            `json:"cache_write_tokens"`
	Reasoning  int64            `json:"reasoning_tokens"`
	Cost       udecimal.Decimal `json:"cost_usd"`
	Duration   time.Duration    `json:"-"`

	NanoCredits int64 `json:"nano_credits,omitzero"` // billionths of GitHub's AI credits
}

func (f *Figures) add(o Figures) {
	*f = Figures(ledger.Totals(*f).Add(ledger.Totals(o)))
}

// figuresOf returns what one row adds to the bill: nothing when it repeats the usage
// of another row.
func figuresOf(c *ledger.Call) Figures {
	if !c.Billable {
		return Figures{}
	}
	return Figures(c.Totals())
}
