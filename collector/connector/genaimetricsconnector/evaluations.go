package genaimetricsconnector

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/resultevent"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// evaluationLabels are those of evaluations. The signal separates what the pipelines
// of traces and of logs count, each with its own state.
type evaluationLabels struct {
	name, label, result       string
	model, agent, application string
	environment, signal       string
}

type evaluationSeries struct {
	life
	counter
	score histogram
}

// Values of the label result.
const (
	resultPass  = "pass"
	resultFail  = "fail"
	resultOpen  = "open"  // a score alone, or a label that says neither
	resultError = "error" // the evaluation itself failed
)

func resultOf(r *ledger.Result) string {
	passed, judged := r.Passed(nil)
	switch {
	case judged && passed:
		return resultPass
	case judged:
		return resultFail
	case r.ErrorType != "" && r.Value == nil && r.Label == "":
		return resultError
	}
	return resultOpen
}

// addEvaluation counts one. It reports whether a limit made it count under Other.
func (s *state) addEvaluation(r *ledger.Result, labels evaluationLabels, now time.Time) bool {
	l := label{s: s}
	labels = evaluationLabels{
		name: l.of("evaluation", cut(r.Name)), label: l.of("label", cut(r.Label)), result: resultOf(r),
		model: l.of("model", cut(labels.model)), agent: l.of("agent", cut(r.Agent)), application: l.of("application", attributed(cut(labels.application))),
		environment: l.of("environment", cut(labels.environment)), signal: labels.signal,
	}
	series := s.evaluations[labels]
	if series == nil && len(s.evaluations) >= s.limits.Series {
		l.overflow = true
		labels = evaluationLabels{
			name: Other, label: Other, result: labels.result, model: Other, agent: Other, application: Other,
			environment: labels.environment, signal: labels.signal,
		}
		series = s.evaluations[labels]
	}
	if series == nil {
		series = &evaluationSeries{score: newHistogram(scoreBounds)}
		s.evaluations[labels] = series
	}
	series.last = now
	series.add(1, s.since)
	if r.Value != nil {
		at := witness{trace: pcommon.TraceID(r.TraceID), span: pcommon.SpanID(r.SpanID), time: pcommon.NewTimestampFromTime(r.Time)}
		series.score.record(r.Value.InexactFloat64(), at, s.since)
	}
	return l.overflow
}

func (e *emission) evaluations(series map[evaluationLabels]*evaluationSeries) {
	for labels, one := range series {
		e.next()
		dp := e.sum(metricEvaluations, unitEvaluations, "Evaluations of outputs, failed ones included", one.counter.start)
		dp.SetIntValue(one.n)
		labels.put(dp.Attributes())
		if one.score.count == 0 {
			continue
		}
		scored := e.histogram(metricScores, unitScore, "Scores of evaluations, in the unit of each", one.score.start)
		one.score.emit(scored)
		labels.put(scored.Attributes())
	}
}

func (l *evaluationLabels) put(attrs pcommon.Map) {
	attrs.EnsureCapacity(8)
	putText(attrs, "evaluation", l.name)
	putText(attrs, "label", l.label)
	putText(attrs, "result", l.result)
	putText(attrs, "model", l.model)
	putText(attrs, "agent", l.agent)
	putText(attrs, "application", l.application)
	putText(attrs, "environment", l.environment)
	putText(attrs, "signal", l.signal)
}

// evaluationsOf counts the evaluations among the events of a span. The caller holds d.mu.
func (d *deriver) evaluationsOf(resource pcommon.Resource, env string, span ptrace.Span, now time.Time) (overflow bool) {
	labels := modelOf(span.Attributes(), resource)
	labels.environment, labels.signal = env, "traces"
	for _, r := range resultevent.OfSpan(span, now) {
		if r.Kind != ledger.ResultEvaluation {
			continue
		}
		if r.Agent == "" {
			r.Agent = text(span.Attributes(), semconv.AgentName)
		}
		overflow = d.state.addEvaluation(&r, labels, now) || overflow
		d.changed = true
	}
	return overflow
}

// ConsumeLogs counts the evaluations among log records.
func (d *deriver) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	now := d.now()
	overflowed := int64(0)
	d.mu.Lock()
	for _, resource := range ld.ResourceLogs().All() {
		env := environment(resource.Resource())
		for _, scoped := range resource.ScopeLogs().All() {
			for _, record := range scoped.LogRecords().All() {
				r, ok := resultevent.OfRecord(record, now)
				if !ok || r.Kind != ledger.ResultEvaluation {
					continue
				}
				labels := modelOf(record.Attributes(), resource.Resource())
				labels.environment, labels.signal = env, "logs"
				if d.state.addEvaluation(&r, labels, now) {
					overflowed++
				}
				d.changed = true
			}
		}
	}
	d.mu.Unlock()
	d.reportOverflow(ctx, overflowed)
	return nil
}

// modelOf reads the labels of the evaluated call: the model that answered or, if not known,
// the requested one, and the application.
func modelOf(attrs pcommon.Map, resource pcommon.Resource) (l evaluationLabels) {
	if l.model = text(attrs, semconv.ResponseModel); l.model == "" {
		l.model = text(attrs, semconv.RequestModel)
	}
	if l.application = text(attrs, semconv.Application); l.application == "" {
		l.application = text(resource.Attributes(), semconv.Application)
	}
	if l.application == "" {
		l.application = text(resource.Attributes(), otelsemconv.ServiceNameKey)
	}
	return l
}

func text[K ~string](attrs pcommon.Map, key K) string {
	if v, ok := attrs.Get(string(key)); ok {
		return callspan.TextOf(v)
	}
	return ""
}
