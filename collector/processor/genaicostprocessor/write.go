package genaicostprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/collector/internal/attrmemory"
	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// writer puts results on spans; its buffers serve a whole batch.
type writer struct {
	buffer []byte
	texts  []attrmemory.Text
}

// write replaces whatever cost the span carried, as it was read: only this
// processor's figures leave it, in addition to the vendor's own claim, which is kept
// under its own key.
func (w *writer) write(attrs pcommon.Map, read *callspan.Record, result *pricing.Result, lineItems bool) {
	if read.HasCost() {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool { return callspan.IsCost(key) })
	}
	w.texts = w.texts[:0]
	w.put(semconv.CostStatus, string(result.Status))
	w.put(semconv.CostCatalogVersion, result.Version)
	// The amount and the lines share their memory.
	w.buffer = w.buffer[:0]
	if result.HasAmount() {
		w.buffer, _ = result.Amount.AppendText(w.buffer) // never fails
	}
	amount := len(w.buffer)
	if lineItems && len(result.Lines) > 0 {
		w.buffer = pricing.AppendLines(w.buffer, result.Lines)
	}
	written := string(w.buffer)
	if result.HasAmount() {
		w.put(semconv.CostAmount, written[:amount])
		w.put(semconv.CostCurrency, pricing.Currency)
	}
	if result.Reason != "" {
		w.put(semconv.CostReason, string(result.Reason))
	}
	if result.Detail != "" {
		w.put(semconv.CostDetail, result.Detail)
	}
	if lines := written[amount:]; lines != "" {
		w.put(semconv.CostLineItems, lines)
	}
	attrmemory.AppendTexts(attrs, w.texts)
	if result.Flags == 0 {
		return
	}
	flags := attrs.PutEmptySlice(string(semconv.CostFlags))
	for _, name := range result.Flags.Names() {
		flags.AppendEmpty().SetStr(name)
	}
}

func (w *writer) put(key attribute.Key, value string) {
	w.texts = append(w.texts, attrmemory.Text{Key: string(key), Value: value})
}
