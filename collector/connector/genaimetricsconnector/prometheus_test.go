package genaimetricsconnector

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/spanledger/spanledger/collector/exporter/prometheusexporter"
)

// TestMetrics_NamesInPrometheus scrapes the real exporter: dashboards and alerts are
// built on the table in the README.
func TestMetrics_NamesInPrometheus(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	td := spans(t,
		chat(map[string]any{
			"gen_ai.response.time_to_first_chunk": 0.1, "gen_ai.usage.cache_write.input_tokens": int64(1),
			"gen_ai.usage.reasoning.output_tokens": int64(1), "error.type": "500",
		}),
		map[string]any{"spanledger.role": "agent", "gen_ai.agent.name": "triage", "error.type": "x"},
		map[string]any{"spanledger.role": "workflow", "gen_ai.workflow.name": "intake", "error.type": "x"},
		map[string]any{"spanledger.role": "tool", "gen_ai.tool.name": "search", "gen_ai.tool.type": "function", "gen_ai.agent.name": "triage", "error.type": "x"},
	)
	judged := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	judged.Attributes().PutStr("gen_ai.agent.name", "triage")
	event := judged.Events().AppendEmpty()
	event.SetName("gen_ai.evaluation.result")
	evaluation(event.Attributes(), "relevance", "pass", 0.9)
	td.ResourceSpans().At(0).Resource().Attributes().PutStr("deployment.environment.name", "production")
	require.NoError(t, d.ConsumeTraces(t.Context(), td))
	body := scrape(t, d)

	documented := readmeTable(t)
	types := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`).FindAllStringSubmatch(body, -1) {
		if m[1] != "target_info" {
			types[m[1]] = m[2]
		}
	}
	var served, listed []string
	for name := range types {
		served = append(served, name)
	}
	for name := range documented {
		listed = append(listed, name)
	}
	slices.Sort(served)
	slices.Sort(listed)
	assert.Equal(t, listed, served)

	for name, want := range documented {
		sample := name
		if types[name] == "histogram" {
			sample += "_count"
		}
		match := regexp.MustCompile(`(?m)^` + sample + `\{(.*?)\} `).FindStringSubmatch(body)
		require.NotNil(t, match, "no sample of %s", name)
		var got []string
		for _, pair := range strings.Split(match[1], ",") {
			if key, _, _ := strings.Cut(pair, "="); !strings.HasPrefix(key, "otel_scope_") {
				got = append(got, key)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		assert.Equal(t, want, got, name)
	}
}

func scrape(t *testing.T, d *deriver) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())

	factory := prometheusexporter.NewFactory()
	cfg := factory.CreateDefaultConfig().(*prometheusexporter.Config)
	cfg.ServerConfig.NetAddr.Endpoint = address
	exp, err := factory.CreateMetrics(t.Context(), exportertest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, exp.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, exp.Shutdown(t.Context())) }()
	require.NoError(t, exp.ConsumeMetrics(t.Context(), d.state.emitted(time.Now(), true)))

	transport := &http.Transport{DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Get(fmt.Sprintf("http://%s/metrics", address))
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

// readmeTable reads name and labels of every metric the README promises.
func readmeTable(t *testing.T) map[string][]string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	client := []string{
		"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model",
		"server_address", "server_port", "application", "environment",
	}
	table := map[string][]string{}
	row := regexp.MustCompile("(?m)^\\| `(?:spanledger|gen_ai)\\.[^|]*\\| `([a-z0-9_]+)` \\|(.*)\\|$")
	for _, m := range row.FindAllStringSubmatch(string(readme), -1) {
		var labels []string
		if strings.Contains(m[2], "client labels") {
			labels = append(labels, client...)
		}
		for _, label := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(m[2], -1) {
			labels = append(labels, label[1])
		}
		table[m[1]] = labels
	}
	require.NotEmpty(t, table)
	return table
}
