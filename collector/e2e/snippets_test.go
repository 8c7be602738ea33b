package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

var javascript = regexp.MustCompile("(?s)```js\n(.*?)```")

// TestSnippets_OfTheDocumentationAreBilled runs the programs that docs/sdks.md
// gives to copy, with the environment it sets, against the collector of
// `spanledger up`.
func TestSnippets_OfTheDocumentationAreBilled(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs: -short leaves it out")
	}
	scripts := emitters(t)
	page, err := os.ReadFile("../../docs/sdks.md")
	require.NoError(t, err)
	snippets := javascript.FindAllSubmatch(page, -1)
	require.NotEmpty(t, snippets)

	collector := distro.AllInOne{Data: t.TempDir()}
	require.NoError(t, collector.Prepare())
	uris, err := collector.URIs()
	require.NoError(t, err)
	running, err := distro.Start(t.Context(), uris...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, running.Shutdown()) })
	client, err := remote.NewClient(collector.URL(collector.API))
	require.NoError(t, err)
	vendor, err := fakevendor.Start(t.Context(), fakevendor.Options{Seed: 7})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, vendor.Close()) })

	for i, snippet := range snippets {
		program := filepath.Join(scripts, fmt.Sprintf("snippet-%d.mjs", i))
		require.NoError(t, os.WriteFile(program, snippet[1], 0o600))
		node := exec.CommandContext(t.Context(), "node", program)
		node.Env = append(os.Environ(),
			"OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL(collector.HTTP), "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
			"OTEL_SERVICE_NAME=intake-bot", "OTEL_RESOURCE_ATTRIBUTES=spanledger.department=claims",
			"OPENAI_API_KEY=sk-loopback", "OPENAI_BASE_URL="+vendor.OpenAIURL())
		output, err := node.CombinedOutput()
		require.NoError(t, err, "%s\n%s", snippet[1], output)
	}
	var served fakevendor.Usage
	for _, call := range vendor.Served() {
		served = served.Add(call.Usage)
	}
	question := ledger.Query{By: []ledger.Dimension{ledger.ByApplication, ledger.ByDepartment}}
	eventually(t, "every snippet's call is in the ledger", func() error {
		groups, err := client.Aggregate(t.Context(), question)
		if err != nil {
			return err
		}
		if len(groups) != 1 || groups[0].Totals.Calls != int64(len(snippets)) {
			return fmt.Errorf("%d snippets, in the ledger are %+v", len(snippets), groups)
		}
		assert.Equal(t, []string{"intake-bot", "claims"}, groups[0].Key)
		assert.Equal(t, served.Input, groups[0].Totals.Input)
		assert.Equal(t, served.Output, groups[0].Totals.Output)
		assert.Zero(t, groups[0].Totals.Unpriced)
		assert.True(t, groups[0].Totals.Cost.IsPos())
		return nil
	})
}
