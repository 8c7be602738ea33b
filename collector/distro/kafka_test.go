package distro_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/extension/guardedencodingextension"
)

// withKafka are the components that builder-kafka.yaml has in addition to builder.yaml.
var withKafka = []string{"/receiver/kafkareceiver ", "/exporter/kafkaexporter ", "/exporter/loadbalancingexporter "}

// kafkaEncoding is the component of this repository that only builder-kafka.yaml has.
const kafkaEncoding = "github.com/spanledger/spanledger/collector/extension/guardedencodingextension"

func TestKafka_ManifestIsTheDistributionWithKafka(t *testing.T) {
	imports, modules := readManifest(t, "../builder.yaml")
	kafkaImports, kafkaModules := readManifest(t, "../builder-kafka.yaml")
	version := ""
	for _, module := range modules {
		if strings.HasPrefix(module, "github.com/open-telemetry/opentelemetry-collector-contrib/") {
			_, version, _ = strings.Cut(module, " ")
		}
	}
	require.NotEmpty(t, version)
	for _, path := range withKafka {
		module := "github.com/open-telemetry/opentelemetry-collector-contrib" + path + version
		at := slices.Index(kafkaModules, module)
		require.GreaterOrEqual(t, at, 0, "%s is missing, or has another version", module)
		kafkaModules = slices.Delete(kafkaModules, at, at+1)
		kafkaImports = slices.Delete(kafkaImports, at, at+1)
	}
	at := slices.Index(kafkaImports, kafkaEncoding)
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, modules, slices.Delete(kafkaModules, at, at+1))
	require.Equal(t, imports, slices.Delete(kafkaImports, at, at+1))
}

// TestKafka_ConfigurationsAreValidButForKafka puts OTLP in Kafka's place, since
// Kafka's components are not compiled here: all other keys are read by the real
// components, and so is the queue, which every exporter has alike.
func TestKafka_ConfigurationsAreValidButForKafka(t *testing.T) {
	t.Setenv("SPANLEDGER_DATA", t.TempDir())
	edge := readConfig(t, "../../deploy/kafka/edge.yaml")
	exporters := edge["exporters"].(map[string]any)
	kafka := exporters["kafka"].(map[string]any)
	require.Equal(t, true, kafka["partition_traces_by_id"])
	exporters["otlp_grpc/kafka"] = map[string]any{
		"endpoint": "127.0.0.1:1", "sending_queue": kafka["sending_queue"], "retry_on_failure": kafka["retry_on_failure"],
	}
	delete(exporters, "kafka")
	replaceInPipelines(t, edge, "exporters", "kafka", "otlp_grpc/kafka", 3)
	require.NoError(t, validate(t, "file:"+writeConfig(t, edge)))

	overlay := readConfig(t, "../../deploy/kafka/ledger.yaml")
	kafka = overlay["receivers"].(map[string]any)["kafka"].(map[string]any)
	require.Equal(t, true, kafka["message_marking"].(map[string]any)["after"], "an offset must not be ahead of the queue")
	shipped := readConfig(t, "../../otel-collector.yaml")
	encoding := guardedencodingextension.Type.String()
	for _, signal := range []string{"traces", "metrics", "logs"} {
		require.Equal(t, map[string]any{"encoding": encoding}, kafka[signal], "a message must be checked before it is decoded")
	}
	require.Contains(t, overlay["extensions"], encoding)
	delete(overlay, "extensions")
	service := overlay["service"].(map[string]any)
	extensions := shipped["service"].(map[string]any)["extensions"].([]any)
	require.Equal(t, append(slices.Clone(extensions), encoding), service["extensions"])
	service["extensions"] = extensions
	delete(overlay, "receivers")
	replaceInPipelines(t, overlay, "receivers", "kafka", "otlp", 3)
	require.NoError(t, validate(t, "file:../../otel-collector.yaml", "file:"+writeConfig(t, overlay)))
	// Every pipeline that takes OTLP in the shipped file takes Kafka instead.
	for name, pipeline := range pipelines(shipped) {
		receivers := pipeline["receivers"].([]any)
		if slices.Contains(receivers, any("otlp")) {
			require.Equal(t, receivers, pipelines(overlay)[name]["receivers"], name)
		}
	}
}

func readConfig(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var config map[string]any
	require.NoError(t, yaml.Unmarshal(data, &config))
	return config
}

func writeConfig(t *testing.T, config map[string]any) string {
	t.Helper()
	data, err := yaml.Marshal(config)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func pipelines(config map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for name, pipeline := range config["service"].(map[string]any)["pipelines"].(map[string]any) {
		all[name] = pipeline.(map[string]any)
	}
	return all
}

// replaceInPipelines exchanges a component, and fails unless it was there times.
func replaceInPipelines(t *testing.T, config map[string]any, kind, from, to string, times int) {
	t.Helper()
	for _, pipeline := range pipelines(config) {
		for i, id := range pipeline[kind].([]any) {
			if id == from {
				pipeline[kind].([]any)[i] = to
				times--
			}
		}
	}
	require.Zero(t, times)
}
