package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The call site of the README, in a module of a stranger that requires the
// library's modules and the vendor's SDK, and nothing of the collector.
func TestREADME_TheCallSiteOfTheREADMECompilesOutside(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module: -short leaves it out")
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```go\n(.*?)```").FindSubmatch(text)
	require.NotNil(t, block)
	repository, err := filepath.Abs(root)
	require.NoError(t, err)
	replaced := ""
	for _, module := range []string{"instrumentation", "tracing", "tracing/setup"} {
		replaced += fmt.Sprintf("\nrequire github.com/spanledger/spanledger/%[1]s v0.1.0\nreplace github.com/spanledger/spanledger/%[1]s => %[2]s/%[1]s\n",
			module, repository)
	}
	requirements, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	vendor := regexp.MustCompile(`github\.com/openai/openai-go/v3 v\S+`).FindString(string(requirements))
	require.NotEmpty(t, vendor)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)

	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module example.com/intake\n\ngo 1.26.0\n\nrequire " + vendor + "\n" + replaced,
		"go.sum": string(sums),
		"main.go": `package main

import (
	"context"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/setup"
)

func main() { _, _ = ask(context.Background(), openai.ChatCompletionNewParams{}) }

func ask(ctx context.Context, question openai.ChatCompletionNewParams) (*openai.ChatCompletion, error) {
` + string(block[1]) + `
	return answer, err
}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	golang := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod", "GONOSUMDB=*")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s\n%s", args, out)
		return string(out)
	}
	golang("vet", ".")
	for module := range strings.Lines(golang("list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")) {
		assert.NotContains(t, module, "spanledger/collector")
		for _, heavy := range []string{"duckdb", "ClickHouse", "go.opentelemetry.io/collector", "cobra"} {
			assert.NotContains(t, module, heavy)
		}
	}
}
