package otelgenai_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheComparisonNamesTestsThatExist checks docs/comparison.md against the
// tests and cases it refers to.
func TestTheComparisonNamesTestsThatExist(t *testing.T) {
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
	names := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(doc), -1)
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
