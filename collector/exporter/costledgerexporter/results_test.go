package costledgerexporter

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/ledger"
)

// results are those of a store, by name, without what the exporter makes up itself.
func results(t *testing.T, reader any) []ledger.Result {
	t.Helper()
	found, err := reader.(ledger.Store).ResultsBetween(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	slices.SortFunc(found, func(a, b ledger.Result) int { return cmp.Compare(a.Name, b.Name) })
	for i := range found {
		found[i].ID, found[i].Received = ledger.ResultID{}, time.Time{}
	}
	return found
}

func score(text string) *udecimal.Decimal {
	d := udecimal.MustParse(text)
	return &d
}

func sameResults(t *testing.T, want, got []ledger.Result) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		w, g := want[i], got[i]
		if w.Value != nil && assert.NotNil(t, g.Value, w.Name) {
			assert.True(t, w.Value.Equal(*g.Value), "%s: %s", w.Name, g.Value)
		}
		w.Value, g.Value = nil, nil
		assert.Equal(t, w, g)
	}
}

func TestLogsExporter_EvaluationsAndOutcomesBecomeRows(t *testing.T) {
	e := startLogs(t, keepAll)
	ld, records := logBatch()
	judged := record(records, 1)
	judged.SetEventName("gen_ai.evaluation.result")
	for key, text := range map[string]string{
		"gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.label": "pass", "gen_ai.evaluation.explanation": "the answer says Jane Doe",
		"gen_ai.response.id": "resp_1", "gen_ai.agent.name": "triage", "user.id": "u-1", "gen_ai.conversation.id": "conv-1",
	} {
		judged.Attributes().PutStr(key, text)
	}
	judged.Attributes().PutDouble("gen_ai.evaluation.score.value", 0.1)
	outcome := record(records, 2)
	outcome.Attributes().PutStr("event.name", "spanledger.outcome") // as older emitters name events
	outcome.Attributes().PutStr("spanledger.outcome.name", "resolved")
	outcome.Attributes().PutInt("spanledger.outcome.value", 3)
	outcome.Attributes().PutStr("gen_ai.conversation.id", "conv-1")
	rejected := record(records, 3)
	rejected.SetEventName("spanledger.outcome")
	rejected.Attributes().PutStr("spanledger.outcome.name", "sold")
	rejected.Attributes().PutBool("spanledger.outcome.accepted", false)
	rejected.Attributes().PutStr("spanledger.outcome.tag.key", "order")
	rejected.Attributes().PutStr("spanledger.outcome.tag.value", "7")
	nothing := record(records, 4)
	nothing.SetEventName("spanledger.outcome")
	nothing.SetTraceID(pcommon.TraceID{})
	nothing.Attributes().PutStr("spanledger.outcome.name", "about nothing")
	for range 2 { // delivered twice
		require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	}
	trace := ledger.TraceID{1, 15: 1}
	sameResults(t, []ledger.Result{
		{
			Kind: ledger.ResultEvaluation, Name: "relevance", Time: begin.Add(time.Second), TraceID: trace, SpanID: ledger.SpanID{7: 1},
			ResponseID: "resp_1", Agent: "triage", ConversationID: "conv-1", User: "u-1", Value: score("0.1"), Label: "pass",
		},
		{Kind: ledger.ResultOutcome, Name: "resolved", Time: begin.Add(2 * time.Second), TraceID: trace, Value: score("3"), Accepted: true},
		{Kind: ledger.ResultOutcome, Name: "sold", Time: begin.Add(3 * time.Second), TagKey: "order", TagValue: "7"},
	}, results(t, e.store))
}

func TestExporter_EvaluationsOnSpansBecomeRows(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	judged := chat(spans, 1)
	event := judged.Events().AppendEmpty()
	event.SetName("gen_ai.evaluation.result")
	event.SetTimestamp(judged.EndTimestamp())
	event.Attributes().PutStr("gen_ai.evaluation.name", "a")
	event.Attributes().PutDouble("gen_ai.evaluation.score.value", -0.5)

	// A span that is no part of a run, and one that judges another.
	other := spans.AppendEmpty()
	other.SetTraceID(pcommon.TraceID{9})
	other.SetSpanID(pcommon.SpanID{9})
	other.SetEndTimestamp(judged.EndTimestamp())
	event = other.Events().AppendEmpty()
	event.SetName("gen_ai.evaluation.result")
	event.Attributes().PutStr("gen_ai.evaluation.name", "b")
	event.Attributes().PutStr("gen_ai.evaluation.score.label", "fail")
	evaluator := spans.AppendEmpty()
	other.CopyTo(evaluator)
	evaluator.SetSpanID(pcommon.SpanID{8})
	evaluator.Attributes().PutStr("spanledger.role", "evaluation")
	evaluator.SetStartTimestamp(judged.StartTimestamp())
	evaluator.Events().At(0).Attributes().PutStr("gen_ai.evaluation.name", "c")
	link := evaluator.Links().AppendEmpty()
	link.SetTraceID(judged.TraceID())
	link.SetSpanID(judged.SpanID())
	for range 2 {
		require.NoError(t, e.ConsumeTraces(t.Context(), td))
	}
	at := judged.EndTimestamp().AsTime()
	require.Eventually(t, func() bool { return len(results(t, e.store)) == 3 }, 10*time.Second, 20*time.Millisecond)
	sameResults(t, []ledger.Result{
		{Kind: ledger.ResultEvaluation, Name: "a", Time: at, TraceID: ledger.TraceID(judged.TraceID()), SpanID: ledger.SpanID(judged.SpanID()), Value: score("-0.5")},
		{Kind: ledger.ResultEvaluation, Name: "b", Time: at, TraceID: ledger.TraceID{9}, SpanID: ledger.SpanID{9}, Label: "fail"},
		{Kind: ledger.ResultEvaluation, Name: "c", Time: at, TraceID: ledger.TraceID(judged.TraceID()), SpanID: ledger.SpanID(judged.SpanID()), Label: "fail"},
	}, results(t, e.store))
}
