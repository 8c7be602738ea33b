package explain

// flags of pricing in words.
var flags = map[string]string{
	"cache_read_at_parent_rate":  "Cache reads have no rate of their own and are priced as the tokens they are part of.",
	"cache_write_at_parent_rate": "Cache writes have no rate of their own and are priced as the tokens they are part of.",
	"modality_at_parent_rate":    "Audio, image or video tokens have no rate of their own and are priced as text.",
	"cache_ttl_assumed":          "The lifetime of cache writes is not reported: the vendor's default is assumed.",
	"modality_overlap_inferred":  "Cached tokens are counted as audio or image too, to make the parts fit.",
	"requested_tier_used":        "The vendor did not report the service tier: the requested tier is used.",
	"region_assumed":             "The call names no region: the global price, or that of the region, is used.",
	"request_model_used":         "The vendor reports another spelling of the requested model: the price of the requested model is used.",
	"search_context_assumed":     "The search context size is not reported: the vendor's default is assumed.",
	"price_announced":            "The vendor had announced the price, but it was not yet valid when the catalogue was made.",
	"price_unverified":           "The source of the price could not be checked.",
	"fallback_model":             "The model is unknown. The price of the fallback model in the configuration is used.",
	"adjusted":                   "The amount includes a discount or markup from the price file.",
	"estimated":                  "Priced by GPU time, which is an estimate.",
	"vendor_cost_used":           "The amount is the one that the vendor stated: the catalogue has none, or the vendor resells at prices of its own.",
	"gateway_assumed":            "The host is private or unknown. Only the model's vendor sells this model, so the host is assumed to be a gateway to the vendor, and the list price is used.",
	"vendor_cost_settled":        "Something that the price depends on was not reported. The value that gives exactly the vendor's stated amount is used.",
	"vendor_cost_zero":           "The vendor or a gateway states that the call cost nothing. For a complete answer, 0 is the amount: the answer is from the gateway's cache, or the model is free there. For a stream, other telemetry and a model without a price, the amount is not changed: 0 may mean that the gateway does not know the price.",
	"total_unexplained":          "The sender's total has more tokens than the sum of its counts: the cost may be too low.",
	"not_billed":                 "The vendor rejected the call and does not bill it.",
}

// Flag puts an assumption of pricing in words.
func Flag(name string) string {
	if text, ok := flags[name]; ok {
		return text
	}
	return "Flag of pricing: " + name + "."
}
