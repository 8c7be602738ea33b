package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing/casefile"
)

// workedCases is the pricing package's own list of bills calculated by hand.
var workedCases = filepath.Join("..", "..", "..", "instrumentation", "pricing", "testdata", "cases.json")

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestPricesCost_PricesAListOneLineEach(t *testing.T) {
	stdout, stderr, code := run(t, "prices", "cost", "--file", workedCases)
	require.Equal(t, exitDone, code, stderr)
	in, err := os.Open(workedCases)
	require.NoError(t, err)
	defer in.Close()
	cases, err := casefile.Read(in)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, len(cases))
	for i, line := range lines {
		var got struct {
			ID     string            `json:"id"`
			Status string            `json:"status"`
			Cost   *string           `json:"cost_usd"`
			Reason *string           `json:"reason"`
			Lines  []json.RawMessage `json:"line_items"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		assert.Equal(t, cases[i].ID, got.ID)
		assert.Equal(t, cases[i].ExpectedStatus, got.Status, got.ID)
		assert.Equal(t, cases[i].ExpectedCost, got.Cost, got.ID)
		assert.Len(t, got.Lines, len(cases[i].Lines), got.ID)
		require.NotNil(t, got.Reason)
		assert.Equal(t, got.Cost == nil, *got.Reason != "", got.ID)
	}
}

func TestPricesCost_ExplainsACall(t *testing.T) {
	stdout, _, code := run(t, "prices", "cost", "--provider", "anthropic", "--model", "claude-sonnet-4-5",
		"--at", "2025-12-01", "--input", "250000", "--cache-read", "20000", "--output", "1000", "--tier", "batch")
	assert.Equal(t, exitDone, code)
	for _, want := range []string{"priced, 0.70725 USD", "cache_read", "0.006", "mode batch, long context from 200000 input tokens"} {
		assert.Contains(t, stdout, want)
	}
	stdout, _, code = run(t, "prices", "cost", "--provider", "openai", "--model", "gpt-99")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "unpriced, unknown_model (gpt-99)")
	assert.Contains(t, stdout, "The catalogue has no model with this id.")
	stdout, _, code = run(t, "prices", "cost", "--provider", "opanai", "--model", "gpt-5", "--input", "10")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, `--provider "opanai" is unknown: use one of `)
	stdout, _, code = run(t, "prices", "cost", "--provider", "openai", "--model", "gpt-5", "--input", "10", "--cache-read", "20")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "no line items")
	assert.Contains(t, stdout, "--cache-read and --cache-write together exceed --input (10).")

	_, stderr, code := run(t, "prices", "cost", "--provider", "openai")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--model is missing")
}

func TestPricesCost_NamesMistakesInAList(t *testing.T) {
	list := file(t, "cases.json", `[{"id": "a", "timestamp": "yesterday"}, {"id": "b", "provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1000000}}]`)
	stdout, stderr, code := run(t, "prices", "cost", "--file", list)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stdout, `"id":"b","status":"priced","cost_usd":"1.25"`, "the others are priced")
	assert.Contains(t, stderr, `case "a": timestamp: "yesterday" is not a time`)
}

func TestCommand_JSONThatIsCutOffIsNamed(t *testing.T) {
	bad := file(t, "bad.json", `[{"id": "a", `)
	for _, line := range []string{
		"prices cost --file", "prices import --from litellm", "prices import --from genai-prices", "explain --otlp",
		"reconcile --provider openai --file",
	} {
		_, stderr, code := run(t, append(strings.Fields(line), bad)...)
		assert.Equal(t, exitFailed, code, line)
		assert.Contains(t, stderr, "bad.json: the JSON ends before it is complete: the file may be cut off", line)
	}
}

func TestPricesShow(t *testing.T) {
	stdout, _, code := run(t, "prices", "show", "gpt-5.6-sol", "--at", "2026-08-25", "--provider", "openai")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "2026-08-21")
	assert.NotContains(t, stdout, "2026-07-09", "another period")
	assert.Contains(t, stdout, "Token rates x 1.1 where data_residency is eu or us.")
	assert.Contains(t, stdout, "PromptFuel", "where it was read")
	assert.Contains(t, stdout, "Confidence: A is a page of the vendor")

	assert.Equal(t, 1, strings.Count(mustRun(t, "prices", "show", "gpt-5"), "\nopenai/gpt-5\n"), "each row once")

	_, stderr, code := run(t, "prices", "show", "gpt-99")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "unknown_model")

	_, stderr, code = run(t, "prices", "show", "gpt-5", "--provider", "opanai")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--provider "opanai" has no prices; those that have: anthropic,`)

	_, stderr, code = run(t, "prices", "show", "gpt-5", "--at", "someday")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--at "someday"`)
}

func TestPricesList(t *testing.T) {
	stdout, _, code := run(t, "prices", "list", "--provider", "mistral", "--format", "csv")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "mistral,mistral-large-2512,,0.5,0.05,1.5")
	assert.Equal(t, mustRun(t, "prices", "list", "--provider", "aws-bedrock", "--at", "2026-11-23"),
		mustRun(t, "prices", "list", "--provider", "aws.bedrock", "--at", "2026-11-23"), "by its name in telemetry, which reports show")
	_, stderr, code := run(t, "prices", "list", "--provider", "nobody")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--provider "nobody" has no prices; those that have: anthropic,`)
}

func TestPricesCoverage_NamesTheDocumentedModelsWithoutAPrice(t *testing.T) {
	stdout, stderr, code := run(t, "prices", "coverage", "--provider", "aws.bedrock", "--at", "2026-11-23", "--format", "csv", "--table", "unpriced")
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stdout, "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0")
	assert.NotContains(t, stdout, "anthropic.claude-sonnet-4-6")
	assert.NotContains(t, stdout, "google")

	own := file(t, "own.json", `{"format": 1, "providers": [{"name": "aws-bedrock", "models": [
		{"model": "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "ids": ["us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"],
		 "cards": [{"rates": {"input": "3.6", "output": "18"}}]}]}]}`)
	stdout, stderr, code = run(t, "prices", "coverage", "--provider", "aws-bedrock", "--price-file", own, "--format", "csv", "--table", "unpriced")
	require.Equal(t, exitDone, code, stderr)
	assert.NotContains(t, stdout, "us-gov.anthropic")

	_, stderr, code = run(t, "prices", "coverage", "--provider", "acme")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "acme")
}

func TestPrices_LintImportAndDiff(t *testing.T) {
	bad := file(t, "bad.json", "{\"format\": 1,\n\"models\": []}")
	stdout, stderr, code := run(t, "prices", "lint", bad)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stdout, bad+":2: error: models: is not a known key")
	assert.Contains(t, stderr, "the catalogue has errors")

	list := file(t, "litellm.json", `{"gpt-5": {"litellm_provider": "openai", "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05, "input_cost_per_character": 1}}`)
	prices, stderr, code := run(t, "prices", "import", "--from", "litellm", list)
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stderr, "not converted: gpt-5: input_cost_per_character has no equivalent")
	assert.Contains(t, stderr, "1 model converted, 1 entries not converted")

	imported := file(t, "prices.json", prices)
	stdout, _, code = run(t, "prices", "lint", imported)
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "no problems")

	stdout, _, code = run(t, "prices", "diff", "built-in", imported, "--format", "csv", "--at", "2026-10-01")
	assert.Equal(t, exitDone, code)
	assert.Contains(t, stdout, "openai,gpt-5,,standard,always,input,1.25,2\n")
	assert.NotContains(t, stdout, "standard,always,output,", "both say 10")

	_, stderr, code = run(t, "prices", "import", "--from", "hearsay", list)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "genai-prices, litellm")
}

// The schema that editors use accepts what the loader accepts.
func TestPriceFiles_FollowTheSchema(t *testing.T) {
	pricingDir := filepath.Join("..", "..", "..", "instrumentation", "pricing")
	compiled, err := jsonschema.NewCompiler().Compile(filepath.Join(pricingDir, "schema.json"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(pricingDir, "catalogue", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range append(files, filepath.Join(pricingDir, "testdata", "overrides.json")) {
		in, err := os.Open(name)
		require.NoError(t, err)
		document, err := jsonschema.UnmarshalJSON(in)
		require.NoError(t, err)
		assert.NoError(t, compiled.Validate(document), name)
		in.Close()
	}
	for _, wrong := range []string{
		`{"format": 2}`,
		`{"format": 1, "prices": []}`,
		`{"format": 1, "adjustments": [{"provider": "openai", "multiplier": 0.9}]}`,
		`{"format": 1, "providers": [{"name": "a", "models": [{"model": "m", "cards": [{"rates": {"inputs": "1"}}]}]}]}`,
	} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(wrong))
		require.NoError(t, err)
		assert.Error(t, compiled.Validate(document), wrong)
	}
}

func TestPricesReprice_SaysWhichCallsHaveNoPrice(t *testing.T) {
	one := reprice.Change{Provider: "_OTHER", Model: "acme-7b", Calls: 1, Unpriced: 1}
	document := func(total reprice.Change) string {
		var out bytes.Buffer
		doc := repriceDocument(&reprice.Result{Total: total, Models: []reprice.Change{one}}, report.Month(2026, time.November, time.UTC).On("--server http://127.0.0.1:8890"))
		require.NoError(t, format.Write(&out, format.TableFormat, doc, format.Options{}))
		return out.String()
	}
	text := document(one)
	assert.Contains(t, text, "1 call without a price with this catalogue: a price file has the price of a model under the provider of the call")
	assert.Contains(t, text, "cost_reason,provider,model --from 2026-11-01 --to 2026-12-01 --server http://127.0.0.1:8890)")
	assert.Contains(t, text, "Nothing changes.")
	assert.NotContains(t, text, "name it with --price-file")

	one.Lost, one.Changed = 1, 1
	assert.Contains(t, document(one), "1 call without the price that the ledger has: if the collector has a price file, name it with --price-file.")
	assert.NotContains(t, document(reprice.Change{Calls: 1}), "without a price")
}

func TestPricesImport_RejectsAFileWithoutPrices(t *testing.T) {
	path := file(t, "list.json", `{"format": 1}`)
	stdout, stderr, code := run(t, "prices", "import", "--from", "litellm", path)
	assert.Equal(t, exitFailed, code)
	assert.Empty(t, stdout, "an empty price file would be taken for one")
	assert.Contains(t, stderr, path+": no price was found in the format of --from litellm: check the file, or use another format: genai-prices, litellm")
}
