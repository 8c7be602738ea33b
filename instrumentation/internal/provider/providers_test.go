package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/provider"
)

func TestEveryProviderFolderIsDocumentedAndHoldsCases(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	folders, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range folders {
		if !f.IsDir() || f.Name() == "providertest" {
			continue
		}
		assert.Contains(t, string(readme), "| `"+f.Name()+"` |")
		assert.FileExists(t, f.Name()+"/match.go")
		assert.FileExists(t, f.Name()+"/conformance_test.go")
		assert.DirExists(t, f.Name()+"/testdata")
	}
}

func TestEveryProviderIsNamedInTheTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, p := range provider.All {
		assert.Contains(t, string(readme), "`"+p.Name+"`")
		assert.False(t, seen[p.Name], "%s is listed twice", p.Name)
		seen[p.Name] = true
	}
}

func TestHostsOfOthersAreLeftAlone(t *testing.T) {
	for _, host := range []string{"", "example.com", "api.openai.com.evil.example", "notapi.anthropic.com", "storage.googleapis.com",
		"s3.us-east-1.amazonaws.com", "bedrock-runtime.us-east-1.evil.com", "localhost", strings.Repeat("x", 300)} {
		for _, p := range provider.All {
			assert.False(t, p.Match(host, ""), "%s is taken for %s", host, p.Name)
		}
	}
}
