package reconcile_test

import (
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/reconcile"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func ask(provider, model string, in, out int64) ledger.Call {
	return ledger.Call{Provider: provider, RequestModel: model, Usage: usage.Counts{usage.Input: in, usage.Output: out}}
}

// The calls that each cloud's file bills, by its published rates: nothing may be
// missing on either side, and what is no call is left out and counted.
func TestCompare_MatchesTheFilesThatCloudsExport(t *testing.T) {
	bedrock := []ledger.Call{
		ask("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", 1000, 200),
		ask("aws.bedrock", "amazon.nova-pro-v1:0", 1000, 100),
	}
	azure := []ledger.Call{ask("azure.ai.openai", "gpt-4o-2024-08-06", 1000, 100), ask("azure.ai.openai", "gpt-5-mini-2025-08-07", 4000, 0)}
	for i := range azure {
		azure[i].Terms.Region = "global"
	}
	gemini := []ledger.Call{ask("gcp.vertex_ai", "gemini-2.5-flash", 1000, 100)}
	tests := []struct {
		file, provider string
		calls          []ledger.Call
		matched        []string
		leftOut        map[string]string // what, and its cost
		charges        map[string]string
	}{
		{"cur2.csv", "aws-bedrock", bedrock, []string{"claude-sonnet-4-5", "nova-pro"},
			map[string]string{"AmazonS3": "1.15", "Tax": "0.09"}, map[string]string{"(USE1-Guardrail-ContentPolicyUnitsConsumed)": "0.45"}},
		{"cur-legacy.csv", "aws-bedrock", bedrock, []string{"claude-sonnet-4-5", "nova-pro"},
			map[string]string{"AmazonS3": "1.15", "Tax": "0.09"}, nil},
		{"azure.csv", "azure-openai", azure, []string{"gpt-4o", "gpt-5-mini"},
			map[string]string{"Cognitive Services": "2", "Virtual Machines": "2.4"}, nil},
		{"google.json", "google-vertex", gemini, []string{"gemini-2.5-flash"},
			map[string]string{"Vertex AI: Gemini 2.5 Flash Text Input Caching Storage": "0.01", "Compute Engine": "0.76", "tax": "0.05"}, nil},
		{"google.csv", "google-vertex", gemini, []string{"gemini-2.5-flash"}, map[string]string{"Compute Engine": "0.76"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			export := read(t, tt.file)
			result, err := reconcile.Compare(t.Context(), ledgerOf(t, tt.calls...), export, reconcile.Options{Provider: tt.provider, Catalogue: pricing.Default()})
			require.NoError(t, err)
			matched, charges := []string{}, map[string]string{}
			for _, row := range result.Rows {
				if row.Verdict == reconcile.Matched {
					matched = append(matched, row.Model)
					continue
				}
				charges[row.Model] = row.Vendor.Cost.String()
				assert.Contains(t, row.Cause, "a charge that names no model", "%+v", row)
			}
			assert.Equal(t, tt.matched, matched)
			if tt.charges == nil {
				tt.charges = map[string]string{}
			}
			assert.Equal(t, tt.charges, charges)
			leftOut := map[string]string{}
			for what, sum := range export.LeftOut {
				leftOut[what] = sum.Cost.String()
				assert.Equal(t, 1, sum.Positions, what)
			}
			assert.Equal(t, tt.leftOut, leftOut)
		})
	}
}

func TestRead_OpenAIPositionsOfImagesAndTools(t *testing.T) {
	export := read(t, "openai-costs-more.json")
	var models []string
	cost := udecimal.Zero
	for _, line := range export.Lines {
		models = append(models, line.Model)
		cost = cost.Add(line.Cost)
	}
	assert.Equal(t, []string{"gpt-image-1", "gpt-image-1", "(web search tool calls)"}, models)
	assert.Equal(t, "0.145005", cost.String(), "a number with an exponent")
}

func TestCompare_RefusesAReportWhoseLastPageIsMissing(t *testing.T) {
	export := read(t, "openai-costs-more.json")
	opts := reconcile.Options{Provider: "openai", Catalogue: pricing.Default()}
	var incomplete *reconcile.IncompleteError
	_, err := reconcile.Compare(t.Context(), ledgerOf(t), export, opts)
	require.ErrorAs(t, err, &incomplete)
	assert.ErrorContains(t, err, "download the page that next_page names")

	export.Add(read(t, "openai-costs.json"))
	_, err = reconcile.Compare(t.Context(), ledgerOf(t), export, opts)
	require.NoError(t, err, "with the last page it is whole")
}

func TestCompare_SaysWhatAFileWithoutCallsIsAbout(t *testing.T) {
	export, err := reconcile.Read("f", []byte("line_item_usage_start_date,line_item_unblended_cost,line_item_usage_type,line_item_product_code\n2026-09-15,1,Requests-Tier1,AmazonS3\n"))
	require.NoError(t, err)
	_, err = reconcile.Compare(t.Context(), ledgerOf(t), export, reconcile.Options{Provider: "aws-bedrock", Catalogue: pricing.Default()})
	assert.ErrorContains(t, err, "no line items of models (1 other item left out: AmazonS3)")
}
