package gemini

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Billed are queries, each once: an answer names some twice or empty, and a
// stream repeats what it said.
func TestResponse_SearchesAreBilledOnce(t *testing.T) {
	event := func(model string) string {
		return `{"modelVersion":"` + model + `","candidates":[{"groundingMetadata":{"webSearchQueries":["tea","", "  ","tea "," coffee"]}}]}`
	}
	for model, want := range map[string]int64{"gemini-3-pro-preview": 2, "gemini-2.5-flash": 1} {
		var r genai.Response
		d := newResponse(&r)
		var s jsonscan.Scanner
		s.Init(streamShape, d, false)
		for range 3 {
			s.Reset()
			s.Write([]byte(event(model)))
		}
		d.Settle()
		assert.Equal(t, want, r.Usage.Counts[usage.WebSearches], model)
	}
}

// Grounding with Google Maps is billed by the answer, and its queries are no web
// searches.
func TestResponse_MapsGrounding(t *testing.T) {
	maps := `{"maps":{"uri":"https://maps.example/1","placeId":"places/1"}}`
	web := `{"web":{"uri":"https://example.com"}}`
	for chunks, want := range map[string][2]int64{maps + "," + maps: {1, 0}, web: {0, 1}, maps + "," + web: {1, 1}, "": {0, 1}} {
		var r genai.Response
		d := newResponse(&r)
		var s jsonscan.Scanner
		s.Init(responseShape, d, false)
		s.Write([]byte(`{"modelVersion":"gemini-2.5-flash","candidates":[{"groundingMetadata":{"webSearchQueries":["bakery"],"groundingChunks":[` + chunks + `]}}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100}}`))
		d.Settle()
		assert.Equal(t, want, [2]int64{r.Usage.Counts[usage.MapsGroundings], r.Usage.Counts[usage.WebSearches]}, chunks)
	}
}
