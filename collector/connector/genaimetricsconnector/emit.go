package genaimetricsconnector

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector/internal/metadata"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// partSets is how many attribute sets are emitted at once, in some 10 MB. What has more
// is emitted in parts: all of it would take hundreds of megabytes at the limit.
const partSets = 2000

// emission is a set of metrics being written.
type emission struct {
	clock func() time.Time
	send  func(pmetric.Metrics)

	part    pmetric.Metrics
	metrics pmetric.MetricSlice
	byName  map[string]pmetric.Metric
	now     pcommon.Timestamp
	sets    int // in the part
}

// emit sends everything accumulated so far, in parts. Send may let others add to the
// state: what they add is in this emission or in the next.
func (s *state) emit(clock func() time.Time, v141 bool, send func(pmetric.Metrics)) {
	s.since = clock()
	e := &emission{clock: clock, send: send}
	e.begin()
	e.calls(s.calls)
	e.costs(s.costs)
	e.clients(s.clients, v141)
	e.durations(s.durations, v141)
	e.spans(s.spans)
	e.evaluations(s.evaluations)
	if e.metrics.Len() > 0 {
		send(e.part)
	}
}

func (e *emission) begin() {
	e.part = pmetric.NewMetrics()
	scope := e.part.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
	scope.Scope().SetName(metadata.ScopeName)
	e.metrics, e.byName, e.now, e.sets = scope.Metrics(), make(map[string]pmetric.Metric), pcommon.NewTimestampFromTime(e.clock()), 0
}

// next is called before each attribute set.
func (e *emission) next() {
	if e.sets == partSets {
		e.send(e.part)
		e.begin()
	}
	e.sets++
}

func (e *emission) sum(name, unit, description string, start time.Time) pmetric.NumberDataPoint {
	m, ok := e.byName[name]
	if !ok {
		m = e.metric(name, unit, description)
		sum := m.SetEmptySum()
		sum.SetIsMonotonic(true)
		sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	}
	dp := m.Sum().DataPoints().AppendEmpty()
	dp.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	dp.SetTimestamp(e.now)
	return dp
}

func (e *emission) histogram(name, unit, description string, start time.Time) pmetric.HistogramDataPoint {
	m, ok := e.byName[name]
	if !ok {
		m = e.metric(name, unit, description)
		m.SetEmptyHistogram().SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	}
	dp := m.Histogram().DataPoints().AppendEmpty()
	dp.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	dp.SetTimestamp(e.now)
	return dp
}

func (e *emission) metric(name, unit, description string) pmetric.Metric {
	m := e.metrics.AppendEmpty()
	m.SetName(name)
	m.SetUnit(unit)
	m.SetDescription(description)
	e.byName[name] = m
	return m
}

func (e *emission) calls(series map[callLabels]*callSeries) {
	for labels, one := range series {
		e.next()
		dp := e.sum(metricCalls, unitCalls, "LLM calls, failed ones included", one.start)
		dp.SetIntValue(one.calls)
		one.slowest.emit(dp.Exemplars())
		labels.put(dp.Attributes())
		putText(dp.Attributes(), "error_type", labels.errorType)
		putText(dp.Attributes(), "cost_status", labels.costStatus)
	}
}

func (e *emission) costs(series map[callLabels]*costSeries) {
	for labels, one := range series {
		e.next()
		if one.priced {
			dp := e.sum(metricCost, unitUSD, "Cost of LLM calls in US dollars; calls without a price add nothing", one.start)
			dp.SetDoubleValue(one.cost.InexactFloat64())
			one.mostExpensive.emit(dp.Exemplars())
			labels.put(dp.Attributes())
		}
		for kind, tokens := range one.tokens {
			if tokens.n == 0 {
				continue
			}
			dp := e.sum(metricTokens, unitTokens, "Tokens by type; cache_read and cache_write are part of input, reasoning of output", tokens.start)
			dp.SetIntValue(tokens.n)
			labels.put(dp.Attributes())
			dp.Attributes().PutStr("type", tokenKinds[kind])
		}
	}
}

func (l *callLabels) put(attrs pcommon.Map) {
	attrs.EnsureCapacity(13)
	putText(attrs, "provider", l.provider)
	putText(attrs, "model", l.model)
	putText(attrs, "operation", l.operation)
	putText(attrs, "department", l.department)
	putText(attrs, "application", l.application)
	putText(attrs, "environment", l.environment)
	putText(attrs, "agent", l.agent)
	putText(attrs, "user", l.user)
	attrs.PutStr("status", l.status)
}

func (e *emission) clients(series map[clientLabels]*clientSeries, v141 bool) {
	for labels, one := range series {
		e.next()
		if inference(labels.operation) {
			for kind := range one.tokens {
				for m, tokens := range one.tokens[kind] {
					if tokens.n == 0 {
						continue
					}
					dp := e.sum(metricUsage[kind], unitTokens, "Tokens of inference calls", tokens.start)
					dp.SetIntValue(tokens.n)
					labels.put(dp.Attributes())
					dp.Attributes().PutStr(string(semconv.TokenModality), modalities[m])
				}
			}
			e.measured(metricInferenceInput, unitTokens, "Input tokens of one call", &labels, &one.input)
			e.measured(metricInferenceOutput, unitTokens, "Output tokens of one call", &labels, &one.output)
			e.measured(metricInferenceTTFC, unitSeconds, "Time from the request to the first chunk of a streamed answer", &labels, &one.ttfc)
		}
		if v141 {
			e.typed("input", &labels, &one.input)
			e.typed("output", &labels, &one.output)
			e.measured(metricOperationTTFC, unitSeconds, "Time from the request to the first chunk of a streamed answer", &labels, &one.ttfc)
		}
		one.input.exemplar.set, one.output.exemplar.set, one.ttfc.exemplar.set = false, false, false
	}
}

// inference reports whether an operation is one of the conventions'
// inference operations; the others have only the operation metrics.
func inference(operation string) bool {
	switch operation {
	case semconv.OperationChat, semconv.OperationGenerateContent, semconv.OperationTextCompletion:
		return true
	}
	return false
}

// measured emits a histogram that has a measurement. Its exemplar stays, for
// the same measurements may be emitted under a second name.
func (e *emission) measured(name, unit, description string, labels *clientLabels, h *histogram) {
	if h.count == 0 {
		return
	}
	dp := e.histogram(name, unit, description, h.start)
	kept := h.exemplar
	h.emit(dp)
	h.exemplar = kept
	labels.put(dp.Attributes())
}

func (e *emission) typed(kind string, labels *clientLabels, h *histogram) {
	if h.count == 0 {
		return
	}
	dp := e.histogram(metricTokenUsage, unitTokens, "Tokens of one operation, as named up to v1.41 of the conventions", h.start)
	kept := h.exemplar
	h.emit(dp)
	h.exemplar = kept
	labels.put(dp.Attributes())
	dp.Attributes().PutStr(string(semconv.TokenType), kind)
}

func (e *emission) durations(series map[durationLabels]*durationSeries, v141 bool) {
	for labels, one := range series {
		e.next()
		isInference := inference(labels.operation)
		kept := one.exemplar
		if isInference {
			e.duration(metricInferenceDuration, "Duration of inference calls", labels, one)
		}
		if !isInference || v141 {
			one.exemplar = kept
			e.duration(metricOperationDuration, "Duration of client operations", labels, one)
		}
	}
}

func (e *emission) duration(name, description string, labels durationLabels, one *durationSeries) {
	dp := e.histogram(name, unitSeconds, description, one.start)
	one.emit(dp)
	labels.put(dp.Attributes())
	putText(dp.Attributes(), string(semconv.ErrorType), labels.errorType)
}

func (l *clientLabels) put(attrs pcommon.Map) {
	attrs.EnsureCapacity(10)
	putText(attrs, string(semconv.OperationName), l.operation)
	putText(attrs, string(semconv.ProviderName), l.provider)
	putText(attrs, string(semconv.RequestModel), l.reqModel)
	putText(attrs, string(semconv.ResponseModel), l.respModel)
	putText(attrs, string(semconv.ServerAddress), l.server)
	if l.port != 0 && l.server != "" {
		attrs.PutInt(string(semconv.ServerPort), l.port)
	}
	putText(attrs, "application", l.application)
	putText(attrs, "environment", l.environment)
}

func (e *emission) spans(series map[spanLabels]*durationSeries) {
	for labels, one := range series {
		e.next()
		var dp pmetric.HistogramDataPoint
		switch labels.role {
		case semconv.RoleAgent:
			dp = e.histogram(metricAgentDuration, unitSeconds, "Duration of agent runs", one.start)
			putText(dp.Attributes(), string(semconv.AgentName), labels.name)
		case semconv.RoleWorkflow:
			dp = e.histogram(metricWorkflowDuration, unitSeconds, "Duration of workflow runs", one.start)
			putText(dp.Attributes(), string(semconv.WorkflowName), labels.name)
		case semconv.RoleTool:
			dp = e.histogram(metricToolDuration, unitSeconds, "Duration of tool executions", one.start)
			putText(dp.Attributes(), string(semconv.ToolName), labels.name)
			putText(dp.Attributes(), string(semconv.ToolType), labels.kind)
			putText(dp.Attributes(), string(semconv.AgentName), labels.agent)
		}
		one.emit(dp)
		putText(dp.Attributes(), string(semconv.ErrorType), labels.errorType)
		putText(dp.Attributes(), "application", labels.application)
		putText(dp.Attributes(), "environment", labels.environment)
	}
}

// putText leaves an attribute no one set away.
func putText(attrs pcommon.Map, key, value string) {
	if value != "" {
		attrs.PutStr(key, value)
	}
}
