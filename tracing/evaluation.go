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

// StartEvaluation starts the span of judging an output, by a model or by code.
// The calls of a judging model are its children, and so is their cost; their purpose
// is judge (spanledger.purpose), so that reports can leave them out of production.
//
// The conventions have the result of an evaluation, see [RecordEvaluation], but
// no span for the work; the span is INTERNAL and named "evaluation {name}".
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

// Evaluation is the result of judging one output. Score and label are both
// optional; a failed evaluation has neither and names its error type.
type Evaluation struct {
	Name        string
	Score       *float64 // gen_ai.evaluation.score.value, in the evaluator's own unit
	Label       string   // pass, fail, relevant, ...
	Explanation string   // may repeat content; leave empty where that matters
	ResponseID  string   // gen_ai.response.id of what was judged
	ErrorType   string
}

// RecordEvaluation writes a gen_ai.evaluation.result event to the global logger
// provider, attached to the span of ctx: that of the output judged, where it is
// still at hand.
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
