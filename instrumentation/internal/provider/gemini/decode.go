package gemini

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type request struct{ genai.RequestReader }

func newRequest(r *genai.Request) genai.Decoder { return &request{genai.RequestReader{Req: r}} }

func (d *request) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == reqMIME {
		d.Req.OutputType = outputType(genai.Intern(k, v))
		return
	}
	d.RequestReader.Value(f, k, v)
}

// outputType maps a MIME type to gen_ai.output.type.
func outputType(mime string) string {
	switch mime {
	case "application/json":
		return "json"
	case "text/plain":
		return "text"
	default:
		return ""
	}
}

// response reads an answer, whole or in events.
type response struct {
	jsonscan.Ignore
	resp *genai.Response

	index, candidates int64
	reason            string
	queries           []uint64 // of searches, each once: a stream repeats them
	web, maps         bool     // what the answer rests on

	open, last counts
	statistics int64
	detail     jsonscan.Field // the list of counts by modality at hand
	modality   modality
	count      int64
}

// modalityNamed is a modality by its name: in answers, as a number, and in
// interactions. Documents have no name in the conventions.
func modalityNamed(v []byte) modality {
	switch string(v) {
	case "TEXT", "1", "text":
		return textTokens
	case "IMAGE", "2", "image":
		return imageTokens
	case "AUDIO", "4", "audio":
		return audioTokens
	case "VIDEO", "3", "video":
		return videoTokens
	}
	return 0
}

// modality is one of those, or none.
type modality uint8

const (
	textTokens modality = iota + 1
	imageTokens
	audioTokens
	videoTokens
)

// details is where a count by modality belongs, by the list that it is in; zero
// where nowhere, since no count of a modality is the first field.
var details = [...][videoTokens + 1]usage.Field{
	0:                                 {textTokens: usage.TextInput, imageTokens: usage.ImageInput, audioTokens: usage.AudioInput, videoTokens: usage.VideoInput}, // usePromptDetail
	useToolDetail - usePromptDetail:   {textTokens: usage.TextInput, imageTokens: usage.ImageInput, audioTokens: usage.AudioInput, videoTokens: usage.VideoInput},
	useCachedDetail - usePromptDetail: {textTokens: usage.TextCacheRead, imageTokens: usage.ImageCacheRead, audioTokens: usage.AudioCacheRead},
	useOutputDetail - usePromptDetail: {textTokens: usage.TextOutput, imageTokens: usage.ImageOutput, audioTokens: usage.AudioOutput},
}

// counts are the numbers of one usage object. A later object replaces an
// earlier one; one that is cut off counts for nothing.
type counts struct {
	genai.Usage
	prompt, output, total  genai.Opt[int64]
	cached, thoughts, tool int64
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r} }

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respBlocked:
		r.SetFinishReason(0, enum(blockReasons[:], k, v))
	case respErrorStatus:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case respIndex:
		genai.Count(&d.index, k, v)
	case respFinishReason:
		d.reason = enum(finishReasons[:], k, v)
	case respSearch:
		d.queries = addQuery(d.queries, k, v)
	case usePrompt:
		genai.OptCount(&d.open.prompt, k, v)
	case useCandidates:
		genai.OptCount(&d.open.output, k, v)
	case useTotal:
		genai.OptCount(&d.open.total, k, v)
	case useCached:
		genai.Count(&d.open.cached, k, v)
	case useThoughts:
		genai.Count(&d.open.thoughts, k, v)
	case useToolPrompt:
		genai.Count(&d.open.tool, k, v)
	case useTier:
		if k == jsonscan.String {
			r.ServiceTier = strings.ToLower(genai.Intern(k, v))
		}
	case useTraffic:
		r.ServiceTier = tierOf(enum(trafficTypes[:], k, v), r.ServiceTier)
	case useStatistics:
		if n := int64(0); genai.Count(&n, k, v) {
			d.statistics += n
		}
	case useModality:
		d.modality = modalityNamed(v)
	case useModalityCount:
		genai.Count(&d.count, k, v)
	}
}

func (d *response) Begin(f jsonscan.Field) {
	switch f {
	case respCandidate:
		d.index, d.reason = d.candidates, ""
		d.candidates++
	case respWebChunk:
		d.web = true
	case respMapsChunk:
		d.maps = true
	case useObject:
		d.open = counts{}
	case usePromptDetail, useToolDetail, useCachedDetail, useOutputDetail:
		d.detail = f
	case useDetail:
		d.modality, d.count = 0, 0
	}
}

func (d *response) End(f jsonscan.Field) {
	switch f {
	case respCandidate:
		d.resp.SetFinishReason(d.index, d.reason)
	case useObject:
		if d.open.prompt.Set || d.open.output.Set || d.open.total.Set || d.last == (counts{}) { // else it names the tier alone
			d.last = d.open
		}
	case useDetail:
		if f := details[d.detail-usePromptDetail][d.modality]; f != 0 {
			d.open.Counts[f] += d.count
		}
	}
}

func (d *response) Document() {
	d.resp.Complete = true
	d.candidates = 0
}

// Settle adds what Gemini counts next to it: thoughts to the output, unless the
// total shows that they are in it already, and the prompts of tools to the
// input.
func (d *response) Settle() {
	r, c := d.resp, &d.last
	u := c.Usage
	u.Counts[usage.CacheRead], u.Counts[usage.Reasoning] = c.cached, c.thoughts
	// The pages of a document are counted as documents in the prompt, which have no
	// name in the conventions, and as images in the cache.
	u.Counts[usage.ImageCacheRead] = min(u.Counts[usage.ImageCacheRead], u.Counts[usage.ImageInput])
	switch {
	case c.prompt.Set:
		u.Set(usage.Input, c.prompt.Value+c.tool)
	case d.statistics > 0:
		u.Set(usage.Input, d.statistics)
	}
	inside := c.total.Set && c.thoughts > 0 && c.total.Value == c.prompt.Value+c.tool+c.output.Value
	switch {
	case inside:
		u.Set(usage.Output, c.output.Value)
	case c.output.Set || c.thoughts > 0:
		u.Set(usage.Output, c.output.Value+c.thoughts)
	case c.prompt.Set && r.FinishReasons != nil:
		u.Set(usage.Output, 0) // zeros are left out of the answer
	}
	u.Counts[usage.WebSearches] = d.billedSearches()
	if d.maps {
		// A product of its own, whose queries are listed as those of a search are.
		u.Counts[usage.MapsGroundings] = 1
		if !d.web {
			u.Counts[usage.WebSearches] = 0
		}
	}
	r.Usage = u
}

// maxQueries bounds the queries that are counted separately; an answer makes a handful.
const maxQueries = 256

var querySeed = maphash.MakeSeed()

// addQuery adds a search that the answer rests on. Empty ones, and those named
// again, are not billed.
func addQuery(queries []uint64, k jsonscan.Kind, v []byte) []uint64 {
	if v = bytes.TrimSpace(v); k != jsonscan.String || len(v) == 0 {
		return queries
	}
	return addOnce(queries, maphash.Bytes(querySeed, v))
}

func addOnce(queries []uint64, q uint64) []uint64 {
	if len(queries) == maxQueries || slices.Contains(queries, q) {
		return queries
	}
	return append(queries, q)
}

// billedSearches counts grounding with Google Search: Gemini 3 bills each
// query, its predecessors each prompt that is grounded.
func (d *response) billedSearches() int64 {
	searches := int64(len(d.queries))
	for _, old := range []string{"gemini-1", "gemini-2"} {
		if strings.HasPrefix(d.resp.Model, old) {
			return min(searches, 1)
		}
	}
	return searches
}

// tierOf is the service tier that Vertex AI names as a type of traffic:
// ON_DEMAND, ON_DEMAND_PRIORITY, PROVISIONED_THROUGHPUT.
func tierOf(traffic, old string) string {
	if traffic == "" || traffic == "TRAFFIC_TYPE_UNSPECIFIED" || traffic[0] <= '9' {
		return old
	}
	return strings.ToLower(strings.TrimPrefix(traffic, "ON_DEMAND_"))
}
