package sdktest_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// conventions are the attributes of a call as the GenAI conventions have them.
func conventions(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile("testdata/operation_details.schema.json")
	require.NoError(t, err)
	return schema
}

// The golden files of all providers hold what their spans have, messages included.
func TestConventions_EverySpanMeetsTheConventions(t *testing.T) {
	schema := conventions(t)
	cases, err := filepath.Glob("../../../../instrumentation/internal/provider/*/testdata/*/want.json")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(dir)))+"/"+filepath.Base(dir), func(t *testing.T) {
			span := golden(t, path)
			messages, err := os.ReadFile(filepath.Join(dir, "content.json"))
			if !errors.Is(err, os.ErrNotExist) {
				require.NoError(t, err)
				require.NoError(t, json.Unmarshal(messages, &span))
			}
			others, _ := span["(others)"].([]any)
			for _, s := range append(others, any(span)) {
				one := s.(map[string]any)
				delete(one, "(others)")
				if one["gen_ai.response.time_to_first_chunk"] == "(measured)" {
					one["gen_ai.response.time_to_first_chunk"] = 0.1
				}
				assert.NoError(t, schema.Validate(s))
			}
		})
	}
}

func golden(t *testing.T, path string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(raw, &out))
	return out
}

func TestConventions_TheDetailsEventMeetsTheConventions(t *testing.T) {
	schema := conventions(t)
	for _, call := range sdkCalls {
		t.Run(call.name, func(t *testing.T) {
			s := serve(t, fakevendor.Options{Seed: 3})
			r := record(t, s, otelgenai.WithContentCapture(otelgenai.EventOnly))
			_, err := call.do(t.Context(), r.client, s)
			require.NoError(t, err)
			found := false
			for _, rec := range r.logs.records {
				if rec.EventName() != "gen_ai.client.inference.operation.details" {
					continue
				}
				found = true
				assert.Equal(t, log.SeverityDebug, rec.Severity())
				event := map[string]any{}
				rec.WalkAttributes(func(kv attribute.KeyValue) bool {
					event[string(kv.Key)] = plain(kv.Value)
					return true
				})
				assert.NoError(t, schema.Validate(event))
				assert.Contains(t, event, "gen_ai.input.messages")
				assert.Contains(t, event, "gen_ai.output.messages")
			}
			assert.Equal(t, call.operation != "embeddings", found)
			for _, kv := range r.span(t).Attributes() {
				assert.NotContains(t, string(kv.Key), "messages", "on the event alone")
			}
		})
	}
}

// plain is a value as JSON has it.
func plain(v attribute.Value) any {
	switch v.Type() {
	case attribute.MAP:
		out := map[string]any{}
		for _, kv := range v.AsMap() {
			out[string(kv.Key)] = plain(kv.Value)
		}
		return out
	case attribute.SLICE:
		out := []any{}
		for _, e := range v.AsSlice() {
			out = append(out, plain(e))
		}
		return out
	case attribute.STRINGSLICE:
		out := []any{}
		for _, s := range v.AsStringSlice() {
			out = append(out, s)
		}
		return out
	case attribute.INT64:
		return float64(v.AsInt64())
	default:
		return v.AsInterface()
	}
}
