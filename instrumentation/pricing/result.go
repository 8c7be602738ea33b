package pricing

import (
	"strings"

	"github.com/quagmt/udecimal"
)

// Currency is the currency of every amount, ISO 4217.
const Currency = "USD"

// Status is the outcome of pricing a call.
type Status string

// Outcomes.
const (
	Priced   Status = "priced"   // the amount is exact
	Free     Status = "free"     // a catalogue row says zero; the amount is zero
	Unpriced Status = "unpriced" // there is no amount
	Invalid  Status = "invalid"  // the usage cannot be; there is no amount
)

// Reason says, for machines, why a call is unpriced or invalid.
type Reason string

// Reasons for [Unpriced].
const (
	UnknownProvider   Reason = "unknown_provider"     // the catalogue has no such provider
	UnknownModel      Reason = "unknown_model"        // no row has this id, and no prefix is guessed
	NoModel           Reason = "no_model"             // the call names no model
	OpaqueARN         Reason = "opaque_arn"           // the ARN does not name a model
	SelfHosted        Reason = "self_hosted"          // the call went to a server of your own, not to the vendor
	RegionUnknown     Reason = "region_unknown"       // the price depends on a region the call does not name
	RegionNotListed   Reason = "region_not_listed"    // no row for this region
	NoPeriod          Reason = "no_period"            // no price known at the time of the call
	NoMode            Reason = "no_mode"              // no card for the service tier or speed served
	NoLongContextRate Reason = "no_long_context_rate" // the mode has no rates for a prompt this long
	NoRate            Reason = "no_rate"              // something used has no rate
	UsageMissing      Reason = "usage_missing"        // the vendor reported no usage
	QuantityUnknown   Reason = "quantity_unknown"     // the billed unit was not counted
)

// Reasons for [Invalid].
const (
	NegativeUsage  Reason = "negative_usage"  // a count below zero
	SubsetTooBig   Reason = "subset_too_big"  // a part larger than its whole
	UsageTooLarge  Reason = "usage_too_large" // a count beyond what a call can use; set by callers that decode usage
	MalformedUsage Reason = "malformed_usage" // a count that is not a whole number; set by callers that decode usage
)

// Line is one position of a bill: Amount = Quantity x Rate / Per x Multiplier,
// exactly.
type Line struct {
	Kind       string           // input, cache_read, output, web_search, ...
	Quantity   int64            // tokens, calls, pages; milliseconds for gpu_time, seconds for audio_time
	Rate       udecimal.Decimal // USD for each Per units
	Per        int64            // 1,000,000 tokens, 1,000 calls, 3,600,000 milliseconds
	Multiplier udecimal.Decimal // product of the modifiers, 1 when there are none
	Amount     udecimal.Decimal // USD
}

// Result is the outcome for one call.
type Result struct {
	Status Status
	Reason Reason // for Unpriced and Invalid
	Detail string // the id, bucket or tier the reason is about
	// Amount is in [Currency]; zero and meaningless unless HasAmount.
	Amount udecimal.Decimal
	Lines  []Line
	Flags  Flags

	// How the price was found.
	Provider string // catalogue provider
	Model    string // catalogue row
	Region   string // region of the row, "" when it has none
	Mode     string // standard, batch, flex, priority, fast
	Tier     int64  // input tokens the request passed, 0 in the base tier
	Window   string // recurring window that applies, "" when none
	Version  string // of the catalogue
}

// HasAmount reports whether Amount means anything: status priced or free.
func (r *Result) HasAmount() bool { return r.Status == Priced || r.Status == Free }

// Flags are the stated fallbacks that went into a result.
type Flags uint32

// Fallbacks.
const (
	// CacheReadAtParentRate: no rate of its own, priced as the bucket it is part of.
	CacheReadAtParentRate Flags = 1 << iota
	// CacheWriteAtParentRate: the same.
	CacheWriteAtParentRate
	// ModalityAtParentRate: audio, image or video tokens without a rate, priced as text.
	ModalityAtParentRate
	// CacheTTLAssumed: cache writes without a split, priced at the vendor's default time to live.
	CacheTTLAssumed
	// ModalityOverlapInferred: cached tokens counted as audio or image too, to make the parts fit.
	ModalityOverlapInferred
	// RequestedTierUsed: the vendor did not say which tier it served.
	RequestedTierUsed
	// RegionAssumed: the call names no region; the global or in-region row was used.
	RegionAssumed
	// RequestModelUsed: the response model is a spelling of the request model.
	RequestModelUsed
	// SearchContextAssumed: the request fee of the vendor's default context size.
	SearchContextAssumed
	// PriceAnnounced: the period had only been announced when the catalogue was made.
	PriceAnnounced
	// PriceUnverified: the period rests on a source that could not be checked.
	PriceUnverified
	// FallbackModel: an unknown model priced as the one the operator named.
	FallbackModel
	// Adjusted: a discount or markup of the operator's own is part of the amount.
	Adjusted
	// Estimated: GPU time, not a vendor's meter.
	Estimated
	// VendorCostUsed: the amount is the vendor's own figure: no row prices the call, or the vendor resells at prices of its own.
	VendorCostUsed
	// NotBilled: the vendor refused the call and bills nothing for it.
	NotBilled
	// GatewayAssumed: a model that only its maker sells, at a private or unlisted address: the maker's list price.
	GatewayAssumed
	// VendorCostSettled: the amount that the vendor states decided a term that the call leaves open.
	VendorCostSettled
	// TotalUnexplained: the emitter's total has tokens that none of its counts has.
	TotalUnexplained
	// VendorCostZero: the vendor or a gateway states a cost of 0. It is the amount of a whole answer whose model has a price (from a cache, or free); elsewhere it may be a price that is not known.
	VendorCostZero
)

var flagNames = [...]string{
	"cache_read_at_parent_rate",
	"cache_write_at_parent_rate",
	"modality_at_parent_rate",
	"cache_ttl_assumed",
	"modality_overlap_inferred",
	"requested_tier_used",
	"region_assumed",
	"request_model_used",
	"search_context_assumed",
	"price_announced",
	"price_unverified",
	"fallback_model",
	"adjusted",
	"estimated",
	"vendor_cost_used",
	"not_billed",
	"gateway_assumed",
	"vendor_cost_settled",
	"total_unexplained",
	"vendor_cost_zero",
}

// Has reports whether all flags of f2 are set.
func (f Flags) Has(f2 Flags) bool { return f&f2 == f2 }

// Names lists the flags by name, in a fixed order; nil when there are none.
func (f Flags) Names() []string {
	if f == 0 {
		return nil
	}
	names := make([]string, 0, 2)
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String joins the names with commas.
func (f Flags) String() string { return strings.Join(f.Names(), ",") }
