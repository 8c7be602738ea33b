package reportapi_test

import (
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/internal/gzipped"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

var update = flag.Bool("update", false, "compress openapi.yaml instead of comparing")

// TestSpec_TheCompressedFileIsTheDocument compares what the binary has with the file
// that people edit.
func TestSpec_TheCompressedFileIsTheDocument(t *testing.T) {
	want, err := os.ReadFile("openapi.yaml")
	require.NoError(t, err)
	if *update {
		packed, err := gzipped.Pack(want)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("openapi.yaml.gz", packed, 0o644))
		return
	}
	assert.Equal(t, string(want), string(reportapi.Spec()), "fix: make page")
}

// spec is the part of an OpenAPI document that the tests look at.
type spec struct {
	Paths map[string]struct {
		Get operation
	}
	Components struct {
		Parameters map[string]parameter
	}
	schemas *jsonschema.Compiler
}

type operation struct {
	Parameters []struct {
		Ref string `yaml:"$ref"`
	}
	Responses map[string]struct {
		Content map[string]struct {
			Schema struct {
				Ref string `yaml:"$ref"`
			}
		}
	}
}

type parameter struct {
	Name        string
	In          string
	Description string
}

const specFile = "openapi.json"

// readSpec reads the document that is served.
func readSpec(t *testing.T, url string) spec {
	t.Helper()
	status, _, text := get(t, url+reportapi.SpecPath)
	require.Equal(t, http.StatusOK, status)
	var s spec
	require.NoError(t, yaml.Unmarshal([]byte(text), &s))
	var document any
	require.NoError(t, yaml.Unmarshal([]byte(text), &document))
	closeObjects(document)
	// Through JSON, whose types the validator knows.
	plain, err := json.Marshal(document)
	require.NoError(t, err)
	document, err = jsonschema.UnmarshalJSON(strings.NewReader(string(plain)))
	require.NoError(t, err)
	s.schemas = jsonschema.NewCompiler()
	s.schemas.DefaultDraft(jsonschema.Draft2020)
	s.schemas.AssertFormat()
	require.NoError(t, s.schemas.AddResource(specFile, document))
	return s
}

// closeObjects has the schemas of a document accept the keys that they describe, and no
// others: a schema is open unless it says so, and a validator would not miss a key in the
// document. Keys of dimensions are those of the query.
func closeObjects(document any) {
	schemas := document.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	extended := map[string]bool{}
	for _, schema := range schemas {
		parts, _ := schema.(map[string]any)["allOf"].([]any)
		for _, part := range parts {
			if ref, ok := part.(map[string]any)["$ref"].(string); ok {
				extended[ref] = true
			}
		}
	}
	for name, schema := range schemas {
		schema := schema.(map[string]any)
		properties, _ := schema["properties"].(map[string]any)
		_, open := schema["additionalProperties"]
		if properties == nil || open || schema["allOf"] != nil || extended["#/components/schemas/"+name] {
			continue
		}
		keys := slices.Collect(maps.Keys(properties))
		if description, _ := schema["description"].(string); strings.Contains(description, "dimension") {
			for _, dimension := range ledger.Dimensions {
				keys = append(keys, string(dimension))
			}
		}
		schema["propertyNames"] = map[string]any{"enum": keys}
	}
}

// answers holds that the JSON of a path is as the document says.
func (s *spec) answers(t *testing.T, path, body string) {
	t.Helper()
	ref := s.Paths[path].Get.Responses["200"].Content["application/json"].Schema.Ref
	require.NotEmpty(t, ref, path)
	schema, err := s.schemas.Compile(specFile + ref)
	require.NoError(t, err)
	answer, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(answer), "%s: %s", path, body)
}

func TestSpec_NamesEveryDimension(t *testing.T) {
	by := readSpec(t, serve(t)).Components.Parameters["by"]
	for _, dimension := range ledger.Dimensions {
		assert.Regexp(t, `\b`+string(dimension)+`,`, by.Description)
	}
}

func TestSpec_DescribesEveryPath(t *testing.T) {
	url := serve(t)
	s := readSpec(t, url)
	var described []string
	for path := range s.Paths {
		described = append(described, path)
	}
	served := append(reportapi.Paths(nil), budget.StatePath, budget.CapStatePath)
	slices.Sort(described)
	slices.Sort(served)
	assert.Equal(t, served, described)
}

func TestSpec_ParametersAreKnown(t *testing.T) {
	url := serve(t)
	s := readSpec(t, url)
	for path, item := range s.Paths {
		for _, ref := range item.Get.Parameters {
			key := strings.TrimPrefix(ref.Ref, "#/components/parameters/")
			require.Contains(t, s.Components.Parameters, key)
			p := s.Components.Parameters[key]
			if p.In != "query" {
				continue
			}
			status, _, body := get(t, url+strings.SplitN(ask(path), "?", 2)[0]+"?"+p.Name+"=")
			assert.NotContains(t, body, "is not known: use", "%s knows %s (%d)", path, p.Name, status)
		}
	}
}

// examples are the parameters that paths require.
var examples = map[string]string{
	"/v1/prices":       "?q=gpt-5",
	"/v1/prices/model": "?model=gpt-5",
	"/v1/series":       "?by=model&interval=hour",
	"/v1/compare":      "?a=model=gpt-5&b=model=gpt-5&by=user",
	"/v1/reports/unit": "?outcome=resolved&by=model",
	"/v1/reports/cost": "?by=model&sort=-p95&offset=0&top=5",
	"/v1/overview":     "?by=department,model&zone=Europe/Berlin",

	"/v1/reports/chargeback": "?month=" + time.Now().Add(-time.Minute).UTC().Format("2006-01"), // of the call of serve
}

// listed are the paths that answer without an id, with the parameters that they require.
// The stream of events is not among them.
func listed() []string {
	var paths []string
	for _, path := range reportapi.Paths(nil) {
		if path != reportapi.Root+"events" && !strings.Contains(path, "{") {
			paths = append(paths, path+examples[path])
		}
	}
	return paths
}

// ask fills a path of the document for the call of serve.
func ask(path string) string {
	return strings.NewReplacer(
		"{trace_id}", "01000000000000000000000000000000", "{span_id}", "0100000000000000", "{conversation}", "conv%2F1",
	).Replace(path) + examples[path]
}

// needsMore are reports that have no row for the call of serve.
var needsMore = []string{"/v1/reports/quality", "/v1/reports/anomalies", "/v1/reports/context", "/v1/reports/cache"}

// inEuros are rules with a rate of today.
func inEuros(t *testing.T) chargeback.Rules {
	t.Helper()
	rules, err := chargeback.ReadRules(strings.NewReader("currency: EUR"))
	require.NoError(t, err)
	rates, err := chargeback.ReadRates(strings.NewReader("Date, USD,\n" + time.Now().UTC().Format(time.DateOnly) + ", 1.25,\n"))
	require.NoError(t, err)
	return rules.WithRates(rates)
}

func TestSpec_AnswersAreThoseDescribed(t *testing.T) {
	for name, url := range map[string]string{
		"one call": serve(t), "no call": start(t, reportapi.Handler(emptyStore(t))), "billed in euros": serve(t, reportapi.WithChargebackRules(inEuros(t))),
		"with a budget": serve(t, withBudget(t, emptyStore(t))),
	} {
		s := readSpec(t, url)
		for _, path := range reportapi.Paths(nil) {
			if path == "/v1/events" {
				continue // a stream: TestEvents_TellOfCallsAsTheyArrive
			}
			status, contentType, body := get(t, url+ask(path))
			if strings.Contains(path, "{") && name == "no call" || path == budget.StatusPath && name != "with a budget" {
				assert.Equal(t, http.StatusNotFound, status, path)
				continue
			}
			if assert.Equal(t, http.StatusOK, status, "%s: %s", path, body) {
				assert.Equal(t, "application/json", contentType)
				s.answers(t, path, body)
				if name != "no call" && !slices.Contains(needsMore, path) {
					assert.NotContains(t, body, `"rows": []`, "%s: nothing is described of no rows", path)
				}
			}
		}
	}
}

// withBudget is one budget, of the calls of reader.
func withBudget(t *testing.T, reader ledger.Reader) reportapi.Option {
	t.Helper()
	plan, err := budget.ReadPlan(strings.NewReader(`budgets: [{name: all, amount: "1000"}]`))
	require.NoError(t, err)
	return reportapi.WithBudgets(budget.Handler(budget.NewExporter(plan, reader)))
}

func emptyStore(t *testing.T) ledger.Store {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	return store
}
