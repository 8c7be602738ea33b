package tracetree

import (
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Figures are sums over LLM calls that are billed. Cost is in USD and exact;
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
}

func (f *Figures) add(o Figures) {
	f.Calls += o.Calls
	f.Errors += o.Errors
	f.Unpriced += o.Unpriced
	f.Invalid += o.Invalid
	f.Input += o.Input
	f.Output += o.Output
	f.CacheRead += o.CacheRead
	f.CacheWrite += o.CacheWrite
	f.Reasoning += o.Reasoning
	f.Cost = f.Cost.Add(o.Cost)
}

// figuresOf returns what one row adds to the bill: nothing when it repeats the usage
// of another row.
func figuresOf(c *ledger.Call) Figures {
	if !c.Billable {
		return Figures{}
	}
	f := Figures{Calls: 1}
	if c.Error {
		f.Errors = 1
	}
	switch c.Cost.Status {
	case "unpriced":
		f.Unpriced = 1
	case "invalid":
		f.Invalid = 1
	}
	f.Input, f.Output = c.Usage[usage.Input], c.Usage[usage.Output]
	f.CacheRead, f.CacheWrite = c.Usage[usage.CacheRead], c.Usage[usage.CacheWrite]
	f.Reasoning = c.Usage[usage.Reasoning]
	if c.Cost.Amount != nil {
		f.Cost = *c.Cost.Amount
	}
	return f
}
