package genaicostprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// writer puts results on spans; its buffer serves a whole batch.
type writer struct{ buffer []byte }

// costAttributes is how many attributes an ordinary priced call gains.
const costAttributes = 5

// write replaces whatever cost the span carried, as it was read: only this
// processor's figures leave it, in addition to the vendor's own claim, which is kept
// under its own key.
func (w *writer) write(attrs pcommon.Map, read *callspan.Record, result *pricing.Result, lineItems bool) {
	attrs.EnsureCapacity(attrs.Len() + costAttributes)
	attrs.PutStr(string(semconv.CostStatus), string(result.Status))
	attrs.PutStr(string(semconv.CostCatalogVersion), result.Version)
	if result.HasAmount() {
		w.buffer, _ = result.Amount.AppendText(w.buffer[:0]) // never fails
		attrs.PutStr(string(semconv.CostAmount), string(w.buffer))
		attrs.PutStr(string(semconv.CostCurrency), pricing.Currency)
	} else if read.Has(callspan.CostAmount) || read.Has(callspan.CostCurrency) {
		attrs.Remove(string(semconv.CostAmount))
		attrs.Remove(string(semconv.CostCurrency))
	}
	putOrRemove(attrs, string(semconv.CostReason), string(result.Reason), read.Has(callspan.CostReason))
	putOrRemove(attrs, string(semconv.CostDetail), result.Detail, read.Has(callspan.CostDetail))
	if lineItems && len(result.Lines) > 0 {
		w.buffer = pricing.AppendLines(w.buffer[:0], result.Lines)
		attrs.PutStr(string(semconv.CostLineItems), string(w.buffer))
	} else if read.Has(callspan.CostLines) {
		attrs.Remove(string(semconv.CostLineItems))
	}
	if result.Flags == 0 {
		if read.CostFlags.Type() != pcommon.ValueTypeEmpty {
			attrs.Remove(string(semconv.CostFlags))
		}
		return
	}
	flags := attrs.PutEmptySlice(string(semconv.CostFlags))
	for _, name := range result.Flags.Names() {
		flags.AppendEmpty().SetStr(name)
	}
}

func putOrRemove(attrs pcommon.Map, key, value string, has bool) {
	if value != "" {
		attrs.PutStr(key, value)
	} else if has {
		attrs.Remove(key)
	}
}
