package explain

// flags of pricing in words.
var flags = map[string]string{
	"cache_read_at_parent_rate":  "Cache reads have no rate of their own and are priced as the tokens they are part of.",
	"cache_write_at_parent_rate": "Cache writes have no rate of their own and are priced as the tokens they are part of.",
	"modality_at_parent_rate":    "Audio, image or video tokens have no rate of their own and are priced as text.",
	"cache_ttl_assumed":          "The lifetime of cache writes is not reported: the vendor's default is assumed.",
	"modality_overlap_inferred":  "Cached tokens are counted as audio or image too, to make the parts fit.",
	"requested_tier_used":        "The vendor did not say which service tier it served: the one asked for is used.",
	"region_assumed":             "The call names no region: the global price, or that of the region, is used.",
	"request_model_used":         "The model that answered is a spelling of the model asked for, whose price is used.",
	"search_context_assumed":     "The search context size is not reported: the vendor's default is assumed.",
	"price_announced":            "The price had only been announced when the price list was made.",
	"price_unverified":           "The price rests on a source that could not be checked.",
	"fallback_model":             "The model is unknown and priced as the one that the operator named.",
	"adjusted":                   "A discount or markup of the operator is part of the amount.",
	"estimated":                  "Priced by GPU time, which is an estimate.",
	"vendor_cost_used":           "The amount is the one that the vendor stated: the price list has none, or the vendor resells at prices of its own.",
	"gateway_assumed":            "The host is private or unlisted: the model is one that only its maker sells, so the host is taken for a gateway to it and the list price is used.",
	"vendor_cost_settled":        "A term of the price was not reported: the reading is used that gives exactly the amount that the vendor stated.",
	"vendor_cost_zero":           "The vendor or a gateway states that the call cost nothing. That is the amount of a whole answer: it came out of the gateway's cache, or the model is free there. A stream, other telemetry and a model without a price keep theirs: 0 may be a price that the gateway does not know.",
	"total_unexplained":          "The sender's total of tokens has some that none of its counts has: the bill may be short of them.",
	"not_billed":                 "The vendor refused the call and bills nothing for it.",
}

// Flag puts an assumption of pricing in words.
func Flag(name string) string {
	if text, ok := flags[name]; ok {
		return text
	}
	return "Pricing says " + name + "."
}
