package gemini

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func readStream(documents ...string) genai.Response {
	var r genai.Response
	d := newStream(&r)
	var s jsonscan.Scanner
	s.Init(streamShape, d, false)
	for _, text := range documents {
		s.Reset()
		s.Write([]byte(text))
	}
	d.Settle()
	return r
}

// Vertex AI counts the pages of a document as documents in the prompt and as
// images in the cache.
func TestUsage_DocumentInTheCache(t *testing.T) {
	c := readStream(`{"usageMetadata":{"promptTokenCount":1344,"candidatesTokenCount":99,"totalTokenCount":1517,"cachedContentTokenCount":1274,"promptTokensDetails":[{"modality":"TEXT","tokenCount":54},{"modality":"DOCUMENT","tokenCount":1290}],"cacheTokensDetails":[{"modality":"TEXT","tokenCount":51},{"modality":"IMAGE","tokenCount":1223}],"thoughtsTokenCount":74}}`).Usage.Counts
	assert.Equal(t, [4]int64{1344, 1274, 51, 0}, [4]int64{c[usage.Input], c[usage.CacheRead], c[usage.TextCacheRead], c[usage.ImageCacheRead]})
	c = readStream(`{"usageMetadata":{"promptTokenCount":1300,"cachedContentTokenCount":1000,"promptTokensDetails":[{"modality":"TEXT","tokenCount":42},{"modality":"IMAGE","tokenCount":1258}],"cacheTokensDetails":[{"modality":"IMAGE","tokenCount":1000}]}}`).Usage.Counts
	assert.EqualValues(t, 1000, c[usage.ImageCacheRead])
}

// An event that names the type of traffic alone takes no counts away.
func TestUsage_EventWithoutCounts(t *testing.T) {
	r := readStream(`{"usageMetadata":{"trafficType":"ON_DEMAND"}}`, `{"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3,"totalTokenCount":10}}`, `{"usageMetadata":{"trafficType":"ON_DEMAND_PRIORITY"}}`)
	assert.EqualValues(t, 7, r.Usage.Counts[usage.Input])
	assert.EqualValues(t, 3, r.Usage.Counts[usage.Output])
	assert.Equal(t, "priority", r.ServiceTier)
}
