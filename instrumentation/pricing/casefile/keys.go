package casefile

import "github.com/spanledger/spanledger/instrumentation/pricing"

// attribute is a call attribute that moves a price, under one of the names it
// is known by.
type attribute struct {
	key string
	set func(*pricing.Call, string)
}

// attributes, from the most general name to the one that says most: of several
// that a case has, the last counts.
var attributes = []attribute{
	{"service_tier", servedTier},
	{"usage.service_tier", servedTier},
	{"response.service_tier", servedTier},
	{"gen_ai.openai.response.service_tier", servedTier},
	{"openai.response.service_tier", servedTier},
	{"spanledger.response.service_tier", servedTier},
	{"request.service_tier", requestedTier},
	{"gen_ai.openai.request.service_tier", requestedTier},
	{"openai.request.service_tier", requestedTier},
	{"spanledger.request.service_tier", requestedTier},
	{"speed", speed},
	{"usage.speed", speed},
	{"spanledger.speed", speed},
	{"inference_geo", inferenceGeo},
	{"usage.inference_geo", inferenceGeo},
	{"spanledger.inference_geo", inferenceGeo},
	{"data_residency", func(c *pricing.Call, v string) { c.DataResidency = v }},
	{"location", region},
	{"region", region},
	{"cloud.region", region},
	{"server.address", func(c *pricing.Call, v string) { c.ServerAddress = v }},
	{"search_context_size", searchContext},
	{"spanledger.usage.search_context_size", searchContext},
	{"gen_ai.response.model", func(c *pricing.Call, v string) { c.ResponseModel = v }},
}

func servedTier(c *pricing.Call, v string)    { c.ServedTier = v }
func requestedTier(c *pricing.Call, v string) { c.RequestedTier = v }
func speed(c *pricing.Call, v string)         { c.Speed = v }
func inferenceGeo(c *pricing.Call, v string)  { c.InferenceGeo = v }
func region(c *pricing.Call, v string)        { c.Region = v }
func searchContext(c *pricing.Call, v string) { c.SearchContextSize = v }

// total is a sum that some lists state in addition to its parts.
const total = "total_tokens"
