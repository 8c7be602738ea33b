package usage

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Field is one thing that a call can use.
type Field uint8

// Fields that vendors bill. The collector's queue writes them in this order, so
// a new one goes before NumBilled.
const (
	Input Field = iota
	Output
	CacheRead
	CacheWrite // of any time to live
	CacheWrite5m
	CacheWrite30m
	CacheWrite1h
	CacheWrite12h
	Reasoning
	AudioInput
	AudioCacheRead
	AudioOutput
	ImageInput
	ImageCacheRead
	ImageOutput
	WebSearches
	FileSearches
	CodeExecutions
	SearchUnits
	Pages
	Images
	AnnotatedPages
	AudioSeconds
	XSearches
	CollectionSearches
	Citation
	VideoInput
	AttachmentSearches
	Requests
	MapsGroundings
	VideoSeconds
	Characters
	NanoCredits // of GitHub, which bills nothing else: the amount is the vendor's own

	NumBilled Field = iota
)

// Fields for spans and metrics, which break a total down or have no price yet; no
// rate depends on them.
const (
	TextInput Field = iota + NumBilled
	TextCacheRead
	TextOutput

	NumFields Field = iota + NumBilled
)

// Unit is the unit of a count.
type Unit string

// Units.
const (
	Token   Unit = "token"
	Request Unit = "request"
	Page    Unit = "page"
	Image   Unit = "image"
	Second  Unit = "second"
	Search  Unit = "search unit"
	Letter  Unit = "character"
	Credit  Unit = "billionth of an AI credit"
)

// row describes a field.
type row struct {
	name    string        // in JSON and as a flag
	column  string        // in the ledger's stores; empty where nothing bills the field
	key     attribute.Key // of a span
	aliases []string      // other spellings, after "gen_ai.usage."
	partOf  Field         // the total that has it; itself for a total
	unit    Unit
	help    string
}

var table = [NumFields]row{
	Input: {"input", "input_tokens", semconv.UsageInputTokens, nil,
		Input, Token, "input tokens, including cache reads and writes"},
	Output: {"output", "output_tokens", semconv.UsageOutputTokens, nil,
		Output, Token, "output tokens, including reasoning"},
	CacheRead: {"cache_read", "cache_read_tokens", semconv.UsageCacheReadInputTokens, []string{"cache_read_input_tokens", "cached_input_tokens"},
		Input, Token, "tokens read from the cache, included in --input"},
	CacheWrite: {"cache_write", "cache_write_tokens", semconv.UsageCacheWriteInputTokens,
		[]string{"cache_creation.input_tokens", "cache_creation_input_tokens", "cache_write_input_tokens", "cache_write_token_count"},
		Input, Token, "tokens written to the cache, included in --input"},
	CacheWrite5m: {"cache_write_5m", "cache_write_5m_tokens", semconv.UsageCacheWrite5mTokens,
		[]string{"cache_write_5m_input_tokens", "cache_creation_5m_input_tokens"},
		CacheWrite, Token, "tokens kept for 5 minutes, included in --cache-write"},
	CacheWrite30m: {"cache_write_30m", "cache_write_30m_tokens", semconv.UsageCacheWrite30mTokens,
		[]string{"cache_write_30m_input_tokens", "cache_creation_30m_input_tokens"},
		CacheWrite, Token, "tokens kept for 30 minutes, included in --cache-write"},
	CacheWrite1h: {"cache_write_1h", "cache_write_1h_tokens", semconv.UsageCacheWrite1hTokens,
		[]string{"cache_write_1h_input_tokens", "cache_creation_1h_input_tokens"},
		CacheWrite, Token, "tokens kept for 1 hour, included in --cache-write"},
	CacheWrite12h: {"cache_write_12h", "cache_write_12h_tokens", semconv.UsageCacheWrite12hTokens,
		[]string{"cache_write_12h_input_tokens", "cache_creation_12h_input_tokens"},
		CacheWrite, Token, "tokens kept for 12 hours, included in --cache-write"},
	Reasoning: {"reasoning", "reasoning_tokens", semconv.UsageReasoningOutputTokens,
		[]string{"reasoning_output_tokens", "reasoning_tokens", "details.reasoning_tokens"},
		Output, Token, "reasoning tokens, included in --output"},
	AudioInput: {"audio_input", "audio_input_tokens", semconv.UsageAudioInputTokens,
		[]string{"audio_input_tokens", "input_audio_tokens", "details.input_audio_tokens"},
		Input, Token, "audio tokens, included in --input"},
	AudioCacheRead: {"audio_cache_read", "audio_cache_read_tokens", semconv.UsageAudioCacheReadInputTokens,
		[]string{"cache_read_audio_input_tokens", "details.cache_audio_read_tokens"},
		CacheRead, Token, "audio tokens, included in --cache-read"},
	AudioOutput: {"audio_output", "audio_output_tokens", semconv.UsageAudioOutputTokens,
		[]string{"audio_output_tokens", "output_audio_tokens", "details.output_audio_tokens"},
		Output, Token, "audio tokens, included in --output"},
	ImageInput: {"image_input", "image_input_tokens", semconv.UsageImageInputTokens, []string{"image_input_tokens"},
		Input, Token, "image tokens, included in --input"},
	ImageCacheRead: {"image_cache_read", "image_cache_read_tokens", semconv.UsageImageCacheReadInputTokens,
		[]string{"cache_read_image_input_tokens"},
		CacheRead, Token, "image tokens, included in --cache-read"},
	ImageOutput: {"image_output", "image_output_tokens", semconv.UsageImageOutputTokens, []string{"image_output_tokens"},
		Output, Token, "image tokens, included in --output"},
	WebSearches: {"web_searches", "web_searches", semconv.UsageWebSearchRequests, []string{"web_search_requests"},
		WebSearches, Request, "web searches"},
	FileSearches: {"file_searches", "file_searches", semconv.UsageFileSearchRequests, []string{"file_search_requests"},
		FileSearches, Request, "file searches"},
	CodeExecutions: {"code_execs", "code_executions", semconv.UsageCodeExecRequests, []string{"code_execution_requests"},
		CodeExecutions, Request, "executions of code"},
	SearchUnits: {"search_units", "search_units", semconv.UsageSearchUnits, []string{"search_units"},
		SearchUnits, Search, "search units of a reranker"},
	Pages: {"pages", "pages", semconv.UsagePages, []string{"pages", "document_pages"},
		Pages, Page, "document pages"},
	Images: {"images", "images", semconv.UsageImages, []string{"images"},
		Images, Image, "generated images"},
	AnnotatedPages: {"annotated_pages", "annotated_pages", semconv.UsageAnnotatedPages, []string{"annotated_pages"},
		AnnotatedPages, Page, "document pages that are annotated, not counted in --pages"},
	AudioSeconds: {"audio_seconds", "audio_seconds", semconv.UsageAudioSeconds, []string{"audio_seconds"},
		AudioSeconds, Second, "seconds of audio, for models billed by time"},
	XSearches: {"x_searches", "x_searches", semconv.UsageXSearchRequests, []string{"x_search_requests"},
		XSearches, Request, "searches of xAI in posts"},
	CollectionSearches: {"collection_searches", "collection_searches", semconv.UsageCollectionSearchRequests,
		[]string{"collections_search_requests", "collection_search_requests"},
		CollectionSearches, Request, "searches of xAI in documents"},
	Citation: {"citation", "citation_tokens", semconv.UsageCitationOutputTokens,
		[]string{"citation_output_tokens", "citation_tokens"},
		Output, Token, "tokens of cited sources, included in --output"},
	VideoInput: {"video_input", "video_input_tokens", semconv.UsageVideoInputTokens,
		[]string{"video_input_tokens", "video.input_tokens"},
		Input, Token, "video tokens, included in --input"},
	AttachmentSearches: {"attachment_searches", "attachment_searches", semconv.UsageAttachmentSearchRequests,
		[]string{"attachment_search_requests"},
		AttachmentSearches, Request, "searches of xAI in attachments"},
	MapsGroundings: {"maps_groundings", "maps_groundings", semconv.UsageMapsGroundings, []string{"maps_groundings"},
		MapsGroundings, Request, "answers of Gemini that use Google Maps"},
	VideoSeconds: {"video_seconds", "video_seconds", semconv.UsageVideoSeconds, []string{"video_seconds"},
		VideoSeconds, Second, "seconds of generated video"},
	Characters: {"characters", "characters", semconv.UsageCharacters, []string{"characters"},
		Characters, Letter, "characters of text converted to speech"},
	NanoCredits: {"nano_credits", "nano_credits", semconv.UsageNanoCredits, []string{"nano_credits"},
		NanoCredits, Credit, "GitHub AI credits in billionths; one credit costs $0.01"},
	Requests: {"requests", "requests", semconv.UsageRequests, []string{"requests"},
		Requests, Request, "requests to the vendor, for models with a fee for each; 0 counts as 1"},

	TextInput: {"text_input", "", semconv.UsageTextInputTokens, nil,
		Input, Token, "text tokens, included in --input"},
	TextCacheRead: {"text_cache_read", "", semconv.UsageTextCacheReadInputTokens, nil,
		CacheRead, Token, "text tokens, included in --cache-read"},
	TextOutput: {"text_output", "", semconv.UsageTextOutputTokens, nil,
		Output, Token, "text tokens, included in --output"},
}

// Name is the field's name in JSON; with hyphens it is its flag.
func (f Field) Name() string { return table[f].name }

// Column is the field's column in the ledger's stores; empty where nothing
// bills the field.
func (f Field) Column() string { return table[f].column }

// Key is the span attribute of the field.
func (f Field) Key() attribute.Key { return table[f].key }

// Aliases are other spellings of the field, after "gen_ai.usage.".
func (f Field) Aliases() []string { return table[f].aliases }

// PartOf is the total that includes the field; ok is false for a total.
func (f Field) PartOf() (total Field, ok bool) { return table[f].partOf, table[f].partOf != f }

// Unit returns what the field counts.
func (f Field) Unit() Unit { return table[f].unit }

// Max bounds the count of one call. It is far above what any call uses, and low
// enough that thousands of such calls add up within 64 bits.
func (f Field) Max() int64 {
	if table[f].unit == Credit {
		return 1 << 50 // 11,259 US dollars
	}
	return 1 << 40
}

// Help describes the field in a line.
func (f Field) Help() string { return table[f].help }

// String is the field's name.
func (f Field) String() string { return f.Name() }
