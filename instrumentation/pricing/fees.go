package pricing

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// billFees prices what is not tokens: searches, pages, requests, GPU time.
// Modes and regional modifiers do not move these.
func (e *evaluation) billFees() bool {
	return e.billTools() && e.billUnits() && e.billRequest() && e.billGPU()
}

// billTools prices the calls of tools on the vendor's side.
func (e *evaluation) billTools() bool {
	u := &e.call.Usage
	for b := webSearch; b <= collectionsSearch; b++ {
		quantity := u[bucketSpecs[b].counts]
		if quantity == 0 {
			continue
		}
		rate, ok := e.fee(b)
		if !ok {
			return e.unpriced(NoRate, bucketSpecs[b].kind)
		}
		e.add(b, quantity, rate, e.feeMultiplier)
	}
	return true
}

// billUnits prices the units that some models are sold by. Where a model is
// sold by nothing else, a call without a count has no price.
func (e *evaluation) billUnits() bool {
	u := &e.call.Usage
	if u[usage.SearchUnits]|u[usage.Pages]|u[usage.AnnotatedPages]|u[usage.Images]|u[usage.AudioSeconds]|u[usage.VideoSeconds]|u[usage.Characters] == 0 && e.rates.pricesTokens() {
		return true
	}
	billed, sold := false, false
	for b := searchUnit; b <= lastUnitBucket; b++ {
		quantity := u[bucketSpecs[b].counts]
		rate, ok := e.fee(b)
		sold = sold || ok
		if !ok && quantity != 0 && e.billedAlone(b) {
			return e.unpriced(NoRate, bucketSpecs[b].kind)
		}
		if !ok || quantity == 0 {
			continue
		}
		e.add(b, quantity, rate, e.feeMultiplier)
		billed = true
	}
	if sold && !billed && !e.rates.pricesTokens() {
		return e.unpriced(QuantityUnknown, e.row.model)
	}
	return true
}

// billedAlone reports whether a unit without a rate cannot be part of what
// another rate pays for: annotated pages cost more than others, and where the
// length of a sound or a video or of a text is known, and no tokens, it is billed.
func (e *evaluation) billedAlone(b bucket) bool {
	u := &e.call.Usage
	return b == annotatedPage || b >= audioTime && u[usage.Input]|u[usage.Output] == 0
}

// billRequest prices the fee for each request, which some vendors grade by the
// size of the search context.
func (e *evaluation) billRequest() bool {
	if !e.chargesFor(requestFees) {
		return true
	}
	b := request
	switch lower(e.call.SearchContextSize) {
	case "medium":
		b = requestMedium
	case "high":
		b = requestHigh
	case "low":
		b = requestLow
	}
	rate, ok := e.fee(b)
	if !ok && b == request {
		if rate, ok = e.fee(requestLow); ok {
			b = requestLow
			e.result.Flags |= SearchContextAssumed
		}
	}
	if !ok {
		if rate, ok = e.fee(request); !ok {
			return true // no fee for requests
		}
		b = request
	}
	e.add(b, max(e.call.Usage[usage.Requests], 1), rate, e.feeMultiplier)
	return true
}

// billGPU prices wall time on hardware of the operator's own: an estimate, and
// the one line that is rounded, to the last digit of the ledger.
func (e *evaluation) billGPU() bool {
	if !e.chargesFor(1 << gpuTime) {
		return true
	}
	rate, ok := e.fee(gpuTime)
	if !ok {
		return true
	}
	if e.call.Duration <= 0 {
		return e.unpriced(QuantityUnknown, bucketSpecs[gpuTime].kind)
	}
	quantity := int64(e.call.Duration/time.Millisecond) * e.row.gpus
	hourly := udecimal.MustFromInt64(perHour, 0)
	amount, err := scaled(quantity, 0).Mul(rate).Mul(e.feeMultiplier).Div(hourly)
	if err != nil {
		return e.unpriced(NoRate, bucketSpecs[gpuTime].kind)
	}
	e.result.Flags |= Estimated
	e.result.Lines = append(e.result.Lines, Line{
		Kind:       bucketSpecs[gpuTime].kind,
		Quantity:   quantity,
		Rate:       rate,
		Per:        perHour,
		Multiplier: e.feeMultiplier,
		Amount:     amount.RoundBank(maxDigits),
	})
	return true
}

const requestFees = uint64(1<<request | 1<<requestLow | 1<<requestMedium | 1<<requestHigh)

// chargesFor reports whether the row or the vendor's list has a rate for one of
// the buckets.
func (e *evaluation) chargesFor(buckets uint64) bool { return e.charged&buckets != 0 }

// fee finds the rate of a bucket that is not tokens: of the tier or window,
// the card, the standard card, and last the vendor's price list for tools.
func (e *evaluation) fee(b bucket) (udecimal.Decimal, bool) {
	if !e.chargesFor(1 << b) {
		return udecimal.Decimal{}, false
	}
	if rate, ok := e.rates.get(b); ok {
		return rate, true
	}
	if rate, ok := e.card.rates.get(b); ok {
		return rate, true
	}
	if e.standard != nil {
		if rate, ok := e.standard.rates.get(b); ok {
			return rate, true
		}
	}
	for _, p := range e.subject.seller.layers {
		if rate, ok := p.fees.get(b); ok {
			return rate, true
		}
	}
	return udecimal.Decimal{}, false
}
