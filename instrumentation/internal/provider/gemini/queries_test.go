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
		s.Init(streamShape, d, 0, false)
		for range 3 {
			s.Reset()
			s.Write([]byte(event(model)))
		}
		d.Settle()
		assert.Equal(t, want, r.Usage.Counts[usage.WebSearches], model)
	}
}
