package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartEvaluation starts the span of evaluating an output, by a model or by code.
// Calls of an evaluating model are below this span, and their purpose
// (spanledger.purpose) is judge, so that reports can separate them from production.
//
// The conventions define the result of an evaluation, see [RecordEvaluation], but
// not its span; it is of kind INTERNAL and named "evaluation {name}".
func StartEvaluation(ctx context.Context, name string, opts ...EvaluationOption) (context.Context, *Span) {
	ctx = WithAttribution(ctx, Attribution{Purpose: semconv.PurposeJudge})
	return newSpan(ctx).begin(ctx, newConfig(opts), node{
		name: join("evaluation", name),
		kind: trace.SpanKindInternal,
		attrs: []attribute.KeyValue{
			semconv.SpanRole.String(semconv.RoleEvaluation),
			semconv.EvaluationName.String(text(name)),
		},
	})
}

// Evaluation is the result of evaluating one output. Score and label are optional;
// a failed evaluation has neither, but an error type.
type Evaluation struct {
	Name        string
	Score       *float64 // gen_ai.evaluation.score.value, in the evaluator's own unit
	Label       string   // pass, fail, relevant, ...
	Explanation string   // may repeat prompts or answers; leave it empty if these must not be recorded
	ResponseID  string   // gen_ai.response.id of the evaluated output
	ErrorType   string
}

// RecordEvaluation writes a gen_ai.evaluation.result event to the global logger
// provider. The event belongs to the span of ctx; if possible, use the context of
// the evaluated output.
//
// Source: GenAI conventions, event gen_ai.evaluation.result.
func RecordEvaluation(ctx context.Context, e Evaluation) {
	logger := otel.Logger(ScopeName, log.WithInstrumentationVersion(Version))
	if !logger.Enabled(ctx, log.EnabledParameters{EventName: semconv.EventEvaluationResult}) {
		return
	}
	var r log.Record
	r.SetEventName(semconv.EventEvaluationResult)
	r.SetTimestamp(time.Now())
	attrs := append(make([]attribute.KeyValue, 0, 16), scopeFrom(ctx).attrs...)
	attrs = appendString(attrs, semconv.EvaluationName, e.Name)
	if e.Score != nil {
		attrs = append(attrs, semconv.EvaluationScoreValue.Float64(*e.Score))
	}
	attrs = appendString(attrs, semconv.EvaluationScoreLabel, e.Label)
	attrs = appendString(attrs, semconv.EvaluationExplanation, e.Explanation)
	attrs = appendString(attrs, semconv.ResponseID, e.ResponseID)
	attrs = appendString(attrs, semconv.ErrorType, e.ErrorType)
	r.AddAttributes(attrs...)
	logger.Emit(ctx, r)
}
