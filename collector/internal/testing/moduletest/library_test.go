package moduletest

import (
	"debug/elf"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestModules_LeaveAnApplicationItsVersionOfGRPC(t *testing.T) {
	const pinned = "google.golang.org/grpc v1.70.0"
	golang, dir, _ := outside(t, map[string]string{
		"go.mod": "module example.com/intake\n\ngo 1.26.0\n\nrequire (\n\t" + pinned + "\n\t" +
			repository + "/instrumentation VERSION\n\t" + repository + "/tracing VERSION\n)\n",
		"main.go": `package main

import (
	"context"
	"net/http"

	"google.golang.org/grpc"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

func main() {
	_, agent := tracing.StartAgent(context.Background(), "triage")
	agent.End(nil)
	_ = http.Client{Transport: otelgenai.NewTransport(nil)}
	_ = grpc.Version
}
`,
	})
	golang("mod", "tidy")
	required, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	assert.Contains(t, string(required), pinned+"\n")
}

// What the library's own code imports: OpenTelemetry's API and, of others, the
// decimal numbers of prices.
func TestModules_OfTheLibraryImportTheAPIAndOneMore(t *testing.T) {
	golang, _, _ := outside(t, map[string]string{
		"go.mod": "module example.com/intake\n\ngo 1.26.0\n\nrequire (\n\t" +
			repository + "/instrumentation VERSION\n\t" + repository + "/tracing VERSION\n)\n",
		"main.go": `package main

import (
	_ "github.com/spanledger/spanledger/instrumentation/budgetguard"
	_ "github.com/spanledger/spanledger/instrumentation/otelgenai"
	_ "github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
	_ "github.com/spanledger/spanledger/instrumentation/pricing"
	_ "github.com/spanledger/spanledger/tracing"
	_ "github.com/spanledger/spanledger/tracing/otelmcp"
	_ "github.com/spanledger/spanledger/tracing/propagate"
)

func main() {}
`,
	})
	golang("mod", "tidy")
	modules := strings.Fields(golang("list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "."))
	slices.Sort(modules)
	assert.Equal(t, []string{
		"example.com/intake",
		"github.com/cespare/xxhash/v2", "github.com/go-logr/logr", "github.com/go-logr/stdr", // of go.opentelemetry.io/otel
		"github.com/quagmt/udecimal",
		repository + "/instrumentation", repository + "/tracing",
		"go.opentelemetry.io/auto/sdk", // of go.opentelemetry.io/otel/trace
		"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/log", "go.opentelemetry.io/otel/metric", "go.opentelemetry.io/otel/trace",
	}, slices.Compact(modules))
}

// prices are those that the pricing package embeds, as the linker names it.
const prices = repository + "/instrumentation/pricing.embedded"

func TestOtelgenai_LinksNoPrices(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads symbols in the format of Linux")
	}
	const head = "package main\n\nimport (\n\t\"net/http\"\n\n\t\"" + repository + "/instrumentation/otelgenai\"\n"
	golang, dir, _ := outside(t, map[string]string{
		"go.mod":  "module example.com/intake\n\ngo 1.26.0\n\nrequire " + repository + "/instrumentation VERSION\n",
		"call.go": "//go:build !priced\n\n" + head + ")\n\nfunc main() { _, _ = (&http.Client{Transport: otelgenai.NewTransport(nil)}).Get(\"https://api.openai.com\") }\n",
		"cost.go": "//go:build priced\n\n" + head + "\t\"" + repository + "/instrumentation/pricing\"\n)\n\n" +
			"func main() {\n\t_ = pricing.Default()\n\t_, _ = (&http.Client{Transport: otelgenai.NewTransport(nil)}).Get(\"https://api.openai.com\")\n}\n",
	})
	golang("mod", "tidy")
	linked := func(tags string) bool {
		golang("build", "-tags", tags, "-o", "program", ".")
		file, err := elf.Open(filepath.Join(dir, "program"))
		require.NoError(t, err)
		defer file.Close()
		symbols, err := file.Symbols()
		require.NoError(t, err)
		return slices.ContainsFunc(symbols, func(s elf.Symbol) bool { return s.Name == prices })
	}
	assert.True(t, linked("priced"), "the symbol has another name: %s", prices)
	assert.False(t, linked("none"))
}
