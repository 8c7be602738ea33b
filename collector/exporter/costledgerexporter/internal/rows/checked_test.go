package rows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// badTexts cannot be stored as they came: bytes that are not UTF-8, NUL bytes, long texts.
var badTexts = []string{"\xff", "a\x00b", "\xed\xa0\x80", strings.Repeat("\xc3\xa9", ledger.MaxTextBytes), "ok", strings.Repeat("x", 100) + "\xfe"}

// TestBuilder_RowsPassTheCheckOfAStore has bad texts in all attributes: stores do not check
// rows again that a builder has made.
func TestBuilder_RowsPassTheCheckOfAStore(t *testing.T) {
	keys := []attribute.Key{
		semconv.SpanRole, semconv.OperationName, semconv.ProviderName, semconv.ServerAddress,
		semconv.RequestModel, semconv.ResponseModel, semconv.ResponseID, semconv.ConversationID,
		semconv.Claim, semconv.Dialect, semconv.UsageSource, semconv.ErrorType,
		semconv.PromptPrefixHash, semconv.PromptParts, semconv.PromptShares, semconv.PromptName,
		semconv.PromptVersion, semconv.UserID, semconv.Department, semconv.Application,
		semconv.Team, semconv.CostCenter, semconv.Purpose, semconv.WorkflowName,
		semconv.AgentName, semconv.StepName, semconv.ToolName, semconv.ToolType,
		semconv.ResponseServiceTier, semconv.OpenAIResponseServiceTier, semconv.RequestServiceTier, semconv.OpenAIRequestServiceTier,
		semconv.Speed, semconv.InferenceGeo, semconv.CloudRegion, semconv.UsageSearchContextSize,
		semconv.CostStatus, semconv.CostReason, semconv.CostDetail, semconv.CostCurrency,
		semconv.CostCatalogVersion, semconv.CostLineItems, semconv.CostAmount, semconv.CostVendorAmount,
		semconv.ResponseFinishReasons, semconv.CostFlags, semconv.TagPrefix + "team", semconv.TagPrefix + "\xff", "service.name", "deployment.environment.name",
	}
	for _, role := range []string{semconv.RoleLLM, semconv.RoleAgent} {
		for _, bad := range badTexts {
			resource := pcommon.NewMap()
			builder := rows.NewBuilder()
			builder.Begin(time.Now())
			for _, only := range append(keys, "") { // one at a time, and all
				span := ptrace.NewSpan()
				span.SetName(bad)
				span.SetTraceID(pcommon.TraceID{15: 1})
				span.SetSpanID(pcommon.SpanID{7: 1})
				span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_800_000_000, 0)))
				for _, key := range keys {
					if only != "" && key != only {
						continue
					}
					if key == semconv.ResponseFinishReasons || key == semconv.CostFlags {
						span.Attributes().PutEmptySlice(string(key)).AppendEmpty().SetStr(bad)
						continue
					}
					span.Attributes().PutStr(string(key), bad)
					resource.PutStr(string(key), bad)
				}
				span.Attributes().PutStr(string(semconv.SpanRole), role)
				if err := builder.Add(rows.NewResource(resource), span); err != nil {
					require.ErrorAs(t, err, new(*ledger.RowError)) // a letter, no row
				}
			}
			batch, _, _ := builder.Take()
			require.NotZero(t, len(batch.Calls)+len(batch.Spans))
			require.NoError(t, batch.Check(), "role %s, text %.20q", role, bad)
		}
	}
}
