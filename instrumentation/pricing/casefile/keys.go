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

// total is a sum that some lists state besides its parts.
const total = "total_tokens"

// counters are the usage keys: OpenTelemetry's names, older spellings of them,
// and the units that OpenTelemetry does not name.
var counters = map[string]func(*pricing.Usage) *int64{
	"input_tokens":  func(u *pricing.Usage) *int64 { return &u.Input },
	"output_tokens": func(u *pricing.Usage) *int64 { return &u.Output },

	"cache_read_input_tokens":         cacheRead,
	"cache_read.input_tokens":         cacheRead,
	"cache_creation_input_tokens":     cacheWrite,
	"cache_creation.input_tokens":     cacheWrite,
	"cache_write_input_tokens":        cacheWrite,
	"cache_write.input_tokens":        cacheWrite,
	"cache_creation_5m_input_tokens":  func(u *pricing.Usage) *int64 { return &u.CacheWrite5m },
	"cache_creation_30m_input_tokens": func(u *pricing.Usage) *int64 { return &u.CacheWrite30m },
	"cache_creation_1h_input_tokens":  func(u *pricing.Usage) *int64 { return &u.CacheWrite1h },
	"cache_creation_12h_input_tokens": func(u *pricing.Usage) *int64 { return &u.CacheWrite12h },
	"cache_write_5m_input_tokens":     func(u *pricing.Usage) *int64 { return &u.CacheWrite5m },
	"cache_write_30m_input_tokens":    func(u *pricing.Usage) *int64 { return &u.CacheWrite30m },
	"cache_write_1h_input_tokens":     func(u *pricing.Usage) *int64 { return &u.CacheWrite1h },
	"cache_write_12h_input_tokens":    func(u *pricing.Usage) *int64 { return &u.CacheWrite12h },

	"audio_input_tokens":            func(u *pricing.Usage) *int64 { return &u.AudioInput },
	"image_input_tokens":            func(u *pricing.Usage) *int64 { return &u.ImageInput },
	"video_input_tokens":            func(u *pricing.Usage) *int64 { return &u.VideoInput },
	"cache_read_audio_input_tokens": func(u *pricing.Usage) *int64 { return &u.AudioCacheRead },
	"cache_read_image_input_tokens": func(u *pricing.Usage) *int64 { return &u.ImageCacheRead },

	"reasoning_output_tokens": reasoning,
	"reasoning.output_tokens": reasoning,
	"reasoning_tokens":        reasoning,
	"audio_output_tokens":     func(u *pricing.Usage) *int64 { return &u.AudioOutput },
	"image_output_tokens":     func(u *pricing.Usage) *int64 { return &u.ImageOutput },
	"citation_output_tokens":  citation,
	"citation_tokens":         citation,

	"web_search_requests":         func(u *pricing.Usage) *int64 { return &u.WebSearches },
	"file_search_requests":        func(u *pricing.Usage) *int64 { return &u.FileSearches },
	"x_search_requests":           func(u *pricing.Usage) *int64 { return &u.XSearches },
	"code_execution_requests":     func(u *pricing.Usage) *int64 { return &u.CodeExecutions },
	"attachment_search_requests":  func(u *pricing.Usage) *int64 { return &u.AttachmentSearches },
	"collections_search_requests": func(u *pricing.Usage) *int64 { return &u.CollectionSearches },
	"search_units":                func(u *pricing.Usage) *int64 { return &u.SearchUnits },
	"document_pages":              func(u *pricing.Usage) *int64 { return &u.Pages },
	"pages":                       func(u *pricing.Usage) *int64 { return &u.Pages },
	"annotated_pages":             func(u *pricing.Usage) *int64 { return &u.AnnotatedPages },
	"images":                      func(u *pricing.Usage) *int64 { return &u.Images },
	"audio_seconds":               func(u *pricing.Usage) *int64 { return &u.AudioSeconds },
	"requests":                    func(u *pricing.Usage) *int64 { return &u.Requests },
}

func cacheRead(u *pricing.Usage) *int64  { return &u.CacheRead }
func cacheWrite(u *pricing.Usage) *int64 { return &u.CacheWrite }
func reasoning(u *pricing.Usage) *int64  { return &u.Reasoning }
func citation(u *pricing.Usage) *int64   { return &u.Citation }
