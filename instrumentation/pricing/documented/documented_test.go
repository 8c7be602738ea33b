package documented_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/pricing/documented"
)

var update = flag.Bool("update", false, "write testdata/unpriced.txt")

// now is the day for which unpriced.txt was written.
var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// testdata/unpriced.txt names the documented ids without a price. An id that is
// missing there lost its price, or is new; one that is too many has got one.
func TestCover_NamesEveryDocumentedIDWithoutAPrice(t *testing.T) {
	coverage, err := documented.Cover(pricing.Default(), now)
	require.NoError(t, err)
	var b strings.Builder
	for _, c := range coverage {
		for _, id := range c.Missing {
			b.WriteString(c.Provider + " " + id + "\n")
		}
	}
	const path = "testdata/unpriced.txt"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String(), "run the test with -update and read what changed")
}

func TestLists_SayWhereAndWhenEachWasRead(t *testing.T) {
	lists, err := documented.Lists()
	require.NoError(t, err)
	for _, l := range lists {
		assert.NotEmpty(t, l.Source)
		_, err := time.Parse(time.DateOnly, l.Read)
		assert.NoError(t, err, l.Source)
		assert.Contains(t, pricing.Default().Providers(), l.Provider)
		assert.NotEmpty(t, l.IDs, l.Source)
	}
}

func TestCover_KnowsTheClaudeModelsOfEveryGeography(t *testing.T) {
	for _, id := range []string{
		"anthropic.claude-sonnet-4-6", "global.anthropic.claude-opus-4-7", "us.anthropic.claude-opus-4-8", "apac.anthropic.claude-sonnet-4-6",
		"ca.anthropic.claude-opus-4-7", "us.anthropic.claude-sonnet-4-6[1m]", "eu.anthropic.claude-3-haiku-20240307-v1:0",
	} {
		entries, reason := pricing.Default().Resolve("aws.bedrock", id, now)
		assert.NotEmpty(t, entries, "%s: %s", id, reason)
	}
	for _, id := range []string{"claude-opus-4-6@20260205", "claude-opus-4-8@default[1m]", "claude-sonnet-4-5@20250929"} {
		entries, reason := pricing.Default().Resolve("gcp.vertex_ai", id, now)
		assert.NotEmpty(t, entries, "%s: %s", id, reason)
	}
	entries, _ := pricing.Default().Resolve("aws.bedrock", "us-gov.anthropic.claude-sonnet-4-6", now)
	assert.Empty(t, entries, "the price in AWS GovCloud is not known")
}
