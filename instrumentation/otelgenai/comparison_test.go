package otelgenai_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocumentation_TheComparisonNamesTestsThatExist checks docs/comparison.md against the
// tests and cases it refers to.
func TestDocumentation_TheComparisonNamesTestsThatExist(t *testing.T) {
	doc, err := os.ReadFile("../../docs/comparison.md")
	require.NoError(t, err)
	var sources strings.Builder
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		sources.Write(raw)
	}
	names := regexp.MustCompile("`(Test[A-Za-z0-9_]+)`").FindAllStringSubmatch(string(doc), -1)
	assert.Greater(t, len(names), 10)
	for _, n := range names {
		assert.Contains(t, sources.String(), "func "+n[1]+"(")
	}
	for _, c := range regexp.MustCompile("`([a-z]+)/([a-z_]+)`").FindAllStringSubmatch(string(doc), -1) {
		if c[1] == "collector" {
			continue
		}
		assert.DirExists(t, filepath.Join("../internal/provider", c[1], "testdata", c[2]))
	}
}

// The walk through the code in docs/development.md names what is there, in the order of
// the calls: each file is called by one before it.
func TestDocumentation_TheWalkThroughACallNamesWhatIsThere(t *testing.T) {
	doc, err := os.ReadFile("../../docs/development.md")
	require.NoError(t, err)
	_, walk, _ := strings.Cut(string(doc), "### One call, from `RoundTrip` to its span")
	walk, _, _ = strings.Cut(walk, "\nMetrics (")
	stations := regexp.MustCompile(`(?m)^\d+\. \[[^]]+\]\(([^)]+)\)(.*)$`).FindAllStringSubmatch(walk, -1)
	require.Len(t, stations, 8)
	opened := map[string]bool{}
	var before strings.Builder // the sources of the files so far
	for i, s := range stations {
		assert.False(t, opened[s[1]], "%s is opened twice", s[1])
		opened[s[1]] = true
		source, err := os.ReadFile(filepath.Join("../../docs", s[1]))
		require.NoError(t, err)
		names := regexp.MustCompile("`([A-Za-z]+)`").FindAllStringSubmatch(s[2], -1)
		assert.NotEmpty(t, names, s[0])
		for _, n := range names {
			assert.Regexp(t, `(?m)^func (\([^)]*\) )?`+n[1]+`\(`, string(source), "%s in %s", n[1], s[1])
		}
		called := slices.ContainsFunc(names, func(n []string) bool {
			return regexp.MustCompile(`(?m)^\t.*\b` + n[1] + `\(`).MatchString(before.String())
		})
		// Formats are called by jsonscan, with the decoder of the file before.
		assert.True(t, i == 0 || called || strings.Contains(s[1], "/provider/"), "%s is not called by a file before it", s[1])
		before.Write(source)
	}
}
