package provider_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/provider"
)

var update = flag.Bool("update", false, "write the table of vendors in the README")

const readme = "../../README.md"

// The table in the README is made from the registry.
func TestRegistry_IsTheTableOfTheREADME(t *testing.T) {
	const begin, end = "<!-- made from internal/provider: go test ./instrumentation/internal/provider -update -->\n\n", "\n<!-- end -->"
	raw, err := os.ReadFile(readme)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(raw), begin)
	require.True(t, ok, "the README has no mark where the table begins")
	old, after, ok := strings.Cut(rest, end)
	require.True(t, ok, "the README has no mark where the table ends")
	table := vendors()
	if *update {
		require.NoError(t, os.WriteFile(readme, []byte(before+begin+table+end+after), 0o644))
		return
	}
	for _, line := range strings.Split(table, "\n") {
		assert.True(t, strings.Contains(old, line), "run the test with -update: not in the README: %s", line)
	}
	assert.Len(t, old, len(table), "run the test with -update")
}

// vendors is the table of doors in Markdown.
func vendors() string {
	var b strings.Builder
	b.WriteString("| vendor | provider name | hosts | formats |\n| --- | --- | --- | --- |\n")
	for _, p := range provider.All {
		var hosts, formats []string
		for _, h := range p.Hosts {
			hosts = append(hosts, "`"+shortened(h)+"`")
		}
		for _, path := range p.Paths {
			hosts = append(hosts, "below `"+path+"`")
		}
		if len(hosts) == 0 {
			hosts = []string{"`WithEndpoint`"}
		}
		for _, f := range p.Speaks {
			formats = append(formats, f.Name)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", p.Vendor, p.Name, strings.Join(hosts, " "), strings.Join(formats, ", "))
	}
	return b.String()
}

// shortened leaves out most of a long list of alternatives.
func shortened(host string) string {
	for _, list := range regexp.MustCompile(`\{[^}]*,[^}]*\}`).FindAllString(host, -1) {
		if names := strings.Split(list, ","); len(names) > 6 {
			host = strings.Replace(host, list, strings.Join(names[:4], ",")+",…}", 1)
		}
	}
	return host
}

func TestRegistry_HasAtLeast45Vendors(t *testing.T) {
	names := map[string]bool{}
	for _, p := range provider.All {
		assert.NotEmpty(t, p.Vendor)
		assert.NotEmpty(t, p.Speaks, p.Vendor)
		assert.Regexp(t, `^[a-z0-9_.]+$`, p.Name)
		names[p.Name] = true
	}
	assert.GreaterOrEqual(t, len(names), 45)
}

func find(url string) provider.Target {
	_, rest, _ := strings.Cut(url, "://")
	hostport, path, _ := strings.Cut(rest, "/")
	host := hostport
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	return provider.Find(hostport, host, http.MethodPost, "/"+path)
}

func TestFind_NamesTheProviderAndTheRegionOfADoor(t *testing.T) {
	for _, tt := range []struct{ url, provider, region, model string }{
		{"https://api.openai.com/v1/responses", "openai", "", ""},
		{"https://eu.api.openai.com/v1/chat/completions", "openai", "", ""},
		{"https://acme.openai.azure.com/openai/deployments/prod/chat/completions", "azure.ai.openai", "", "prod"},
		{"https://acme.openai.azure.us/openai/v1/responses", "azure.ai.openai", "", ""},
		{"https://acme.openai.azure.cn/openai/deployments/prod/embeddings", "azure.ai.openai", "", "prod"},
		{"https://acme.services.ai.azure.us/openai/v1/responses", "azure.ai.openai", "", ""},
		{"https://acme.services.ai.azure.com/models/chat/completions", "azure.ai.inference", "", ""},
		{"https://acme.services.ai.azure.com/anthropic/v1/messages", "azure.ai.inference", "", ""},
		{"https://eastus.api.cognitive.microsoft.com/openai/deployments/prod/chat/completions", "azure.ai.openai", "eastus", "prod"},
		{"https://usgovvirginia.api.cognitive.microsoft.us/openai/v1/chat/completions", "azure.ai.openai", "usgovvirginia", ""},
		{"https://phi.eastus2.models.ai.azure.com/chat/completions", "azure.ai.inference", "eastus2", ""},
		{"https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse", "aws.bedrock", "us-east-1", "m"},
		{"https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/invoke", "aws.bedrock", "us-gov-west-1", "m"},
		{"https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/m/converse", "aws.bedrock", "cn-north-1", "m"},
		{"https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/model/m/converse", "aws.bedrock", "eusc-de-east-1", "m"},
		{"https://vpce-0a1b-2c3d.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/m/converse", "aws.bedrock", "us-east-1", "m"},
		{"https://vpce-0a1b-2c3d-us-east-1a.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/m/converse", "aws.bedrock", "us-east-1", "m"},
		{"https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages", "aws.bedrock", "us-east-1", ""},
		{"https://bedrock-mantle.us-east-1.api.aws/v1/responses", "aws.bedrock", "us-east-1", ""},
		{"https://aws-external-anthropic.us-west-2.api.aws/v1/messages", "anthropic", "us-west-2", ""},
		{"https://claude.googleapis.com/v1/projects/p/locations/global/workspaces/w/invoke/v1/messages", "anthropic", "global", ""},
		{"https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/g:generateContent", "gcp.vertex_ai", "global", "g"},
		{"https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/c@1:rawPredict", "gcp.vertex_ai", "us-east5", "c@1"},
		{"https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/google/models/g:generateContent", "gcp.vertex_ai", "eu", "g"},
		{"https://us-west1.api.x.ai/v1/chat/completions", "x_ai", "us-west1", ""},
		{"http://localhost:11434/api/chat", "ollama", "", ""},
		{"http://[::1]:11434/v1/chat/completions", "ollama", "", ""},
		{"https://gateway.ai.cloudflare.com/v1/a/g/anthropic/v1/messages", "anthropic", "", ""},
		{"https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions", "cloudflare", "", ""},
		{"https://adb-12.3.azuredatabricks.net/serving-endpoints/chat/completions", "databricks", "", ""},
		{"https://us.inference.heroku.com/v1/chat/completions", "heroku", "us", ""},
		{"https://qwen.endpoints.kepler.ai.cloud.ovh.net/v1/chat/completions", "ovhcloud", "", ""},
	} {
		t.Run(tt.url, func(t *testing.T) {
			got := find(tt.url)
			require.NotNil(t, got.API)
			assert.Equal(t, tt.provider, got.Provider.Name)
			assert.Equal(t, tt.region, got.Region)
			assert.Equal(t, tt.model, got.Model)
		})
	}
}

func TestFind_LeavesTheHostsOfOthersAlone(t *testing.T) {
	for _, host := range []string{"", "example.com", "api.openai.com.evil.example", "notapi.anthropic.com", "storage.googleapis.com",
		"s3.us-east-1.amazonaws.com", "bedrock-runtime.us-east-1.evil.com", "bedrock-runtime.a.b.amazonaws.com", ".openai.azure.com",
		"localhost", strings.Repeat("x", 300), strings.Repeat("x.", 150) + "amazonaws.com"} {
		for _, path := range []string{"v1/chat/completions", "v1/messages", "model/m/converse"} {
			assert.Nil(t, find("https://"+host+"/"+path).API, host)
		}
	}
}

// Hosts are looked up for every request through the transport.
func BenchmarkFindOfAnotherHost(b *testing.B) {
	for b.Loop() {
		provider.Find("storage.eu-central-1.example.com", "storage.eu-central-1.example.com", http.MethodPut, "/bucket/object")
	}
}
