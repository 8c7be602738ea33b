package reportapi

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// figures are sums of calls.
type figures struct {
	Requests   int64             `json:"requests"`
	Errors     int64             `json:"errors"`
	Unpriced   int64             `json:"unpriced"`
	Invalid    int64             `json:"invalid"`
	Cost       *udecimal.Decimal `json:"cost_usd"` // nil where no call has a price
	Input      int64             `json:"input_tokens"`
	Output     int64             `json:"output_tokens"`
	CacheRead  int64             `json:"cached_tokens"`
	CacheWrite int64             `json:"cache_write_tokens"`
	Reasoning  int64             `json:"reasoning_tokens"`
}

func figuresOf(t *ledger.Totals) figures {
	f := figures{
		Requests: t.Calls, Errors: t.Errors, Unpriced: t.Unpriced, Invalid: t.Invalid,
		Input: t.Input, Output: t.Output, CacheRead: t.CacheRead, CacheWrite: t.CacheWrite, Reasoning: t.Reasoning,
	}
	if cost, known := report.CostCell(t).(udecimal.Decimal); known {
		f.Cost = &cost
	}
	return f
}

// stretch is figures of a stretch of time.
type stretch struct {
	From    string   `json:"from"`
	Until   string   `json:"until"`
	Figures figures  `json:"figures"`
	P95     *float64 `json:"p95_seconds"`
	Errors  *float64 `json:"error_rate"`
}

func (in *request) stretch(s *report.Stretch) stretch {
	out := stretch{
		From: in.rfc3339(s.Period.From), Until: in.rfc3339(s.Period.Until),
		Figures: figuresOf(&s.Totals), Errors: fraction(s.Totals.Errors, s.Totals.Calls),
	}
	if s.Latency != nil && s.Totals.Calls > 0 {
		out.P95 = seconds(s.Latency.P95)
	}
	return out
}

// fraction of a whole; nil of nothing.
func fraction(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	f := float64(part) / float64(whole)
	return &f
}

func seconds(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

// list is never null in JSON.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}
