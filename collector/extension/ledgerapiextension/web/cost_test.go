package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sumWithoutMark is an amount of several calls that is shown as that of one.
var sumWithoutMark = regexp.MustCompile(`<(?:Money|BigMoney|Exact) amount=\{(?:knownCost\()?[\w.!?]*\b(?:figures|own|inclusive|total)\b[\w.!?]*(?:cost_usd|total_usd|\))|money\(\w+\.cost_usd as string \| null\)\}</`)

// An amount of several calls is a Cost, a BigCost or an ExactCost: these have a mark where
// some of the calls have no price.
func TestCost_OfSeveralCallsIsMarkedWhereItIsIncomplete(t *testing.T) {
	files := 0
	require.NoError(t, filepath.WalkDir("src", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".tsx" {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		assert.Empty(t, sumWithoutMark.FindAllString(string(text), -1), path)
		return err
	}))
	assert.Greater(t, files, 30)
}
