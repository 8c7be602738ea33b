package pricing_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	namedTest  = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	testHeader = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	namedCase  = regexp.MustCompile(`dev-\d{3}`)
)

// A promise in the documentation is held by a test, or it is not made.
func TestDocumentation_EveryTestNamedInTheDocumentationExists(t *testing.T) {
	root := filepath.Join("..", "..")
	document, err := os.ReadFile(filepath.Join(root, "docs", "correctness.md"))
	require.NoError(t, err)
	exist := make(map[string]bool)
	for _, dir := range []string{"instrumentation", "tracing", "collector"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range testHeader.FindAllSubmatch(source, -1) {
				exist[string(m[1])] = true
			}
			return err
		}))
	}
	named := namedTest.FindAllSubmatch(document, -1)
	require.Greater(t, len(named), 30)
	for _, m := range named {
		assert.True(t, exist[string(m[1])], "docs/correctness.md names %s, which does not exist", m[1])
	}

	cases := make(map[string]bool)
	for _, c := range workedCases(t) {
		cases[c.ID] = true
	}
	for _, id := range namedCase.FindAllString(string(document), -1) {
		assert.True(t, cases[id], "docs/correctness.md names %s, which does not exist", id)
	}
}
