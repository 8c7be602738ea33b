package semconv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

// Keys of the GenAI conventions after v1.41.0, the last version that
// go.opentelemetry.io/otel/semconv has them in.
var newer = []string{
	"gen_ai.conversation.compacted",
	"gen_ai.memory.query.text",
	"gen_ai.memory.record.count",
	"gen_ai.memory.record.id",
	"gen_ai.memory.store.id",
	"gen_ai.prompt.version",
	"gen_ai.request.previous_response.id",
	"gen_ai.request.reasoning.level",
	"gen_ai.response.status",
	"gen_ai.retrieval.top_k",
	"gen_ai.token.modality",
	"gen_ai.usage.audio.cache_read.input_tokens",
	"gen_ai.usage.audio.input_tokens",
	"gen_ai.usage.audio.output_tokens",
	"gen_ai.usage.cache_write.input_tokens", // v1.41.0: gen_ai.usage.cache_creation.input_tokens, kept to read it
	"gen_ai.usage.image.cache_read.input_tokens",
	"gen_ai.usage.image.input_tokens",
	"gen_ai.usage.image.output_tokens",
	"gen_ai.usage.text.cache_read.input_tokens",
	"gen_ai.usage.text.input_tokens",
	"gen_ai.usage.text.output_tokens",
}

// Keys of v1.41.0 that nothing here writes or reads.
var unused = []string{}

func TestConventions_KeysAgreeWithTheLastUpstreamVersion(t *testing.T) {
	ours := keys(t, ".")
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "go.opentelemetry.io/otel/semconv/v1.41.0").Output()
	require.NoError(t, err)
	upstream := keys(t, strings.TrimSpace(string(dir)))
	require.NotEmpty(t, upstream)

	sorted := cmpopts.SortSlices(strings.Compare)
	if diff := cmp.Diff(newer, minus(ours, upstream), sorted, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("keys that v1.41.0 does not have (-listed +found):\n%s", diff)
	}
	if diff := cmp.Diff(unused, minus(upstream, ours), sorted, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("keys of v1.41.0 that are missing here (-listed +found):\n%s", diff)
	}
}

var keyLiteral = regexp.MustCompile(`attribute\.Key\("((?:gen_ai|openai|mcp)\.[^"]+)"\)`)

// keys returns the GenAI keys that the Go files of a folder define.
func keys(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	found := make(map[string]bool)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range keyLiteral.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = true
		}
	}
	return found
}

func minus(a, b map[string]bool) []string {
	var rest []string
	for k := range a {
		if !b[k] {
			rest = append(rest, k)
		}
	}
	return rest
}
