package pricing

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// bucket is one thing a call is billed for.
type bucket uint8

const (
	input bucket = iota
	cacheRead
	cacheWrite
	cacheWrite5m
	cacheWrite30m
	cacheWrite1h
	cacheWrite12h
	inputAudio
	inputImage
	inputVideo
	cacheReadAudio
	cacheReadImage
	output
	outputReasoning
	outputAudio
	outputImage
	outputCitation
	lastTokenBucket = outputCitation

	webSearch bucket = iota - 1
	fileSearch
	xSearch
	codeExecution
	attachmentSearch
	mapsGrounding
	collectionsSearch
	searchUnit
	page
	annotatedPage
	image
	audioTime
	videoTime
	character
	lastUnitBucket = character

	request bucket = iota - 2
	requestLow
	requestMedium
	requestHigh
	gpuTime
	storage
	bucketCount
)

// Units a rate is for.
const (
	perMillion  = 1_000_000
	perThousand = 1_000
	perHour     = 3_600_000 // milliseconds
	perSecond   = 1
)

// bucketSpec ties a bucket to its key in catalogue files and its name on lines.
type bucketSpec struct {
	key    string // rate key in a catalogue file
	kind   string // Line.Kind
	per    int64
	digits uint8       // decimal digits of per, where it is a power of ten
	counts usage.Field // what it bills, or a part of it; NumFields for time
}

// label is the kind, made unique if several keys have the same.
func (s *bucketSpec) label() string {
	if _, size, ok := strings.Cut(s.key, "request_per_1k_"); ok {
		return s.kind + " (" + size + ")"
	}
	return s.kind
}

var bucketSpecs = [bucketCount]bucketSpec{
	input:             {"input", "input", perMillion, 6, usage.Input},
	cacheRead:         {"cache_read", "cache_read", perMillion, 6, usage.CacheRead},
	cacheWrite:        {"cache_write", "cache_write", perMillion, 6, usage.CacheWrite},
	cacheWrite5m:      {"cache_write_5m", "cache_write_5m", perMillion, 6, usage.CacheWrite5m},
	cacheWrite30m:     {"cache_write_30m", "cache_write_30m", perMillion, 6, usage.CacheWrite30m},
	cacheWrite1h:      {"cache_write_1h", "cache_write_1h", perMillion, 6, usage.CacheWrite1h},
	cacheWrite12h:     {"cache_write_12h", "cache_write_12h", perMillion, 6, usage.CacheWrite12h},
	inputAudio:        {"input_audio", "input_audio", perMillion, 6, usage.AudioInput},
	inputImage:        {"input_image", "input_image", perMillion, 6, usage.ImageInput},
	inputVideo:        {"input_video", "input_video", perMillion, 6, usage.VideoInput},
	cacheReadAudio:    {"cache_read_audio", "cache_read_audio", perMillion, 6, usage.AudioCacheRead},
	cacheReadImage:    {"cache_read_image", "cache_read_image", perMillion, 6, usage.ImageCacheRead},
	output:            {"output", "output", perMillion, 6, usage.Output},
	outputReasoning:   {"output_reasoning", "output_reasoning", perMillion, 6, usage.Reasoning},
	outputAudio:       {"output_audio", "output_audio", perMillion, 6, usage.AudioOutput},
	outputImage:       {"output_image", "output_image", perMillion, 6, usage.ImageOutput},
	outputCitation:    {"output_citation", "output_citation", perMillion, 6, usage.Citation},
	webSearch:         {"web_search_per_1k", "web_search", perThousand, 3, usage.WebSearches},
	fileSearch:        {"file_search_per_1k", "file_search", perThousand, 3, usage.FileSearches},
	xSearch:           {"x_search_per_1k", "x_search", perThousand, 3, usage.XSearches},
	codeExecution:     {"code_execution_per_1k", "code_execution", perThousand, 3, usage.CodeExecutions},
	attachmentSearch:  {"attachment_search_per_1k", "attachment_search", perThousand, 3, usage.AttachmentSearches},
	mapsGrounding:     {"maps_grounding_per_1k", "maps_grounding", perThousand, 3, usage.MapsGroundings},
	collectionsSearch: {"collections_search_per_1k", "collections_search", perThousand, 3, usage.CollectionSearches},
	searchUnit:        {"search_unit_per_1k", "search_unit", perThousand, 3, usage.SearchUnits},
	page:              {"page_per_1k", "page", perThousand, 3, usage.Pages},
	annotatedPage:     {"annotated_page_per_1k", "annotated_page", perThousand, 3, usage.AnnotatedPages},
	image:             {"image_per_1k", "image", perThousand, 3, usage.Images},
	audioTime:         {"audio_second", "audio_time", perSecond, 0, usage.AudioSeconds},
	videoTime:         {"video_second", "video_time", perSecond, 0, usage.VideoSeconds},
	character:         {"character_per_1m", "character", perMillion, 6, usage.Characters},
	request:           {"request_per_1k", "request", perThousand, 3, usage.Requests},
	requestLow:        {"request_per_1k_low", "request", perThousand, 3, usage.Requests},
	requestMedium:     {"request_per_1k_medium", "request", perThousand, 3, usage.Requests},
	requestHigh:       {"request_per_1k_high", "request", perThousand, 3, usage.Requests},
	gpuTime:           {"gpu_hour", "gpu_time", perHour, 0, usage.NumFields},
	storage:           {"storage_per_mtok_hour", "storage", perMillion, 6, usage.NumFields},
}

var inputKinds = func() map[string]bool {
	m := map[string]bool{}
	for _, spec := range bucketSpecs[:output] {
		m[spec.kind] = true
	}
	return m
}()

// BillsInput reports whether lines of a kind bill tokens of the input, from a cache or
// not.
func BillsInput(kind string) bool { return inputKinds[kind] }

var bucketByKey = func() map[string]bucket {
	m := make(map[string]bucket, bucketCount)
	for b, spec := range bucketSpecs {
		m[spec.key] = bucket(b)
	}
	return m
}()

// RateKeys lists the keys a catalogue file may use under "rates".
func RateKeys() []string {
	keys := make([]string, 0, bucketCount)
	for _, spec := range bucketSpecs {
		keys = append(keys, spec.key)
	}
	slices.Sort(keys)
	return keys
}

// rateSet holds the rates of some buckets, in bucket order.
type rateSet struct {
	has   uint64
	rates []udecimal.Decimal
}

func newRateSet(rates map[bucket]udecimal.Decimal) rateSet {
	var s rateSet
	s.rates = make([]udecimal.Decimal, 0, len(rates))
	for b := range bucketCount {
		if rate, ok := rates[b]; ok {
			s.has |= 1 << b
			s.rates = append(s.rates, rate)
		}
	}
	return s
}

func (s *rateSet) get(b bucket) (udecimal.Decimal, bool) {
	bit := uint64(1) << b
	if s.has&bit == 0 {
		return udecimal.Decimal{}, false
	}
	return s.rates[bits.OnesCount64(s.has&(bit-1))], true
}

func (s *rateSet) covers(b bucket) bool { return s.has&(1<<b) != 0 }

const tokenMask = uint64(1)<<(lastTokenBucket+1) - 1

// pricesTokens reports whether any token bucket has a rate.
func (s *rateSet) pricesTokens() bool { return s.has&tokenMask != 0 }

// allZero reports whether every rate is zero and there is at least one.
func (s *rateSet) allZero() bool {
	for _, rate := range s.rates {
		if !rate.IsZero() {
			return false
		}
	}
	return len(s.rates) > 0
}
