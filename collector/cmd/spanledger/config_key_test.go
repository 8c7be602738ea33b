package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestWrongKey_NamesTheLineOfTheFault has configurations in which the same key is right in one
// place and wrong in another, and keys that are there by another way than written in place.
func TestWrongKey_NamesTheLineOfTheFault(t *testing.T) {
	const service = "service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}\n"
	for name, file := range map[string]struct{ text, want string }{
		"two components": {`receivers:
  otlp:
    protocols:
      grpc:
        endpoint: 127.0.0.1:4317
    retries: 3
exporters:
  debug:
    endpoint: 127.0.0.1:9
`, `line 6: unknown key "retries" of receivers::otlp`},
		"a key that its part has too": {`receivers: {otlp: {}}
exporters:
  debug: {}
processors:
  genai_normalizer:
    content:
      policy: drop
    policy: drop
`, `line 8: unknown key "policy" of processors::genai_normalizer`},
		"a part of a part": {`receivers:
  otlp:
    protocols:
      grpc:
        endpiont: 127.0.0.1:4317
exporters: {debug: {}}
`, `line 5: unknown key "endpiont" of receivers::otlp::protocols::grpc`},
		"a part after another": {`receivers: {otlp: {}}
exporters:
  debug: {}
  cost_ledger:
    dead_letter:
      timeout: 3s
    timeout: 5s
    sending_queue:
      queue_size: lots
`, "line 9: exporters::cost_ledger::sending_queue::queue_size: expected a number, got a text"},
		"a number for a text": {`receivers: {otlp: {}}
exporters: {debug: {}}
extensions:
  ledger_api:
    admin_token: 5
`, "line 5: extensions::ledger_api::admin_token: expected a text (in quotes, if it looks like a number), got a number"},
		"a key of an alias": {`receivers: {otlp: {}}
exporters:
  debug: &written
    verbostiy: detailed
  debug/2: *written
`, `line 4: unknown key "verbostiy" of exporters::debug`},
		"a merged key": {`receivers: {otlp: {}}
exporters:
  debug: {}
  debug/2:
    <<: {verbostiy: detailed}
`, `line 5: unknown key "verbostiy" of exporters::debug/2`},
		"a key that a component refuses": {`receivers: {otlp: {}}
exporters: {debug: {}}
processors:
  genai_normalizer:
    attribution:
      required: [user, nobody]
`, `line 6: processors::genai_normalizer: attribution::required[1] is "nobody": must be one of user`},
		"an item of a list that is refused": {`receivers: {otlp: {}}
exporters: {debug: {}}
processors:
  genai_normalizer/2:
    content:
      policy: redact
      patterns:
        - "a+"
        - "("
`, "line 9: processors::genai_normalizer/2: content::patterns[1]: error parsing regexp"},
		"a component that is refused as a whole": {`receivers: {otlp: {}}
exporters: {debug: {}}
processors:
  memory_limiter: {check_interval: 1s}
`, "line 4: processors::memory_limiter: "},
		"a key twice":             {"exporters:\n  debug: {}\nexporters:\n  debug: {}\n", `: yaml: unmarshal errors:`},
		"an alias in itself":      {"exporters: &e\n  debug: *e\n", ": yaml: anchor 'e' value contains itself"},
		"a list in place of keys": {"receivers: [otlp]\nexporters: {debug: {}}\n", "line 1: receivers: "},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "collector.yaml")
			require.NoError(t, os.WriteFile(path, []byte(file.text+service), 0o600))
			_, stderr, code := run(t, "collector", "validate", "--config", path)
			assert.Equal(t, exitFailed, code)
			assert.Contains(t, stderr, "--config "+path)
			assert.Contains(t, stderr, file.want)
		})
	}
}

// Of several files, the one that has the key is named, and not one that has its component.
func TestRefusedKey_NamesTheFileWithTheKey(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	wrong := write("wrong.yaml", "processors:\n  genai_normalizer:\n    content: {policy: nonsense}\n")
	other := write("other.yaml", "receivers: {otlp: {}}\nexporters: {debug: {}}\nprocessors: {genai_normalizer: {keep_original: true}}\n"+
		"service: {pipelines: {traces: {receivers: [otlp], processors: [genai_normalizer], exporters: [debug]}}}\n")
	for _, files := range [][]string{{wrong, other}, {other, wrong}} {
		_, stderr, code := run(t, "collector", "validate", "--config", files[0], "--config", files[1])
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "--config "+wrong+", line 3: processors::genai_normalizer: content::policy is")
	}
}

func TestWrongKey_AnyNameIsTaken(t *testing.T) {
	var root yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte("a.: {b: c}\n"), &root))
	for _, name := range []string{"", ".", "a.", ".a", "a..b", "a[", "]"} {
		assert.NoError(t, wrongKey(errors.New("'"+name+"' has invalid keys: b"), "c.yaml", &root), name)
		for _, text := range []string{"processors::" + name + ": x", "processors::a: " + name + ": x", "processors::a::b: " + name} {
			assert.EqualError(t, withRefusedKeys(errors.New(text), []configFile{{"c.yaml", &root}}), text)
		}
		assert.NoError(t, wrongKey(errors.New("'"+name+"' decoding failed due to"), "c.yaml", &root), name)
	}
}
