package genainormalizerprocessor

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialects"
)

// TestREADME_ReadmeListsEveryDialect compares the list, the README's table and the
// fixtures.
func TestREADME_ReadmeListsEveryDialect(t *testing.T) {
	var known, documented, proven []string
	for _, d := range dialects.All() {
		known = append(known, d.Name)
	}
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(readme), "\n## Dialects\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| [^|]+\\|$").FindAllStringSubmatch(table, -1) {
		documented = append(documented, m[1])
	}
	folders, err := os.ReadDir("testdata/dialects")
	require.NoError(t, err)
	for _, folder := range folders {
		proven = append(proven, folder.Name())
	}
	slices.Sort(known)
	slices.Sort(documented)
	assert.Equal(t, known, documented)
	assert.Equal(t, known, proven)
}
