package genaimetricsconnector

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// callLabels are the labels of the spanledger.* metrics.
type callLabels struct {
	provider, model, operation           string
	department, application, agent, user string
	environment                          string
	status, errorType, costStatus        string
}

// clientLabels are the attributes of the gen_ai.client.* metrics.
type clientLabels struct {
	operation, provider, reqModel, respModel string
	server                                   string
	port                                     int64
	application, environment                 string
}

// durationLabels are those of a duration, which failed calls have too.
type durationLabels struct {
	clientLabels
	errorType string
}

// spanLabels are those of agent, tool and workflow durations.
type spanLabels struct {
	role, name, kind, agent, errorType string
	application, environment           string
}

// life is when a series was last added to.
type life struct{ last time.Time }

// callSeries has the calls of one set of labels.
type callSeries struct {
	life
	start   time.Time
	calls   int64
	slowest exemplar
}

// costSeries has the cost and the tokens of calls. Its labels are those of callSeries
// without error type and cost status: calls that differ in these alone are one series.
type costSeries struct {
	life
	start         time.Time        // of the cost
	cost          udecimal.Decimal // exact; a double only when emitted
	priced        bool             // whether any call had a price, free ones included
	tokens        [numTokenKinds]counter
	mostExpensive exemplar
}

type tokenKind int

const (
	tokensInput tokenKind = iota
	tokensOutput
	tokensCacheRead
	tokensCacheWrite
	tokensReasoning
	numTokenKinds
)

var tokenKinds = [numTokenKinds]string{"input", "output", "cache_read", "cache_write", "reasoning"}

type modality int

const (
	modalityText modality = iota
	modalityImage
	modalityAudio
	modalityUnknown
	numModalities
)

var modalities = [numModalities]string{"text", "image", "audio", "unknown"}

type clientSeries struct {
	life
	tokens [numTokenKinds][numModalities]counter
	input  histogram
	output histogram
	ttfc   histogram
}

type durationSeries struct {
	life
	histogram
}

// state is everything accumulated since the start.
type state struct {
	limits     Limits
	since      time.Time // when the last emission began; what is new since was zero then
	dimensions map[string]*limiter

	calls     map[callLabels]*callSeries
	costs     map[callLabels]*costSeries // without error type and cost status
	clients   map[clientLabels]*clientSeries
	durations map[durationLabels]*durationSeries
	spans     map[spanLabels]*durationSeries

	evaluations map[evaluationLabels]*evaluationSeries
}

func newState(limits Limits, now time.Time) *state {
	s := &state{
		limits:     limits,
		since:      now,
		dimensions: make(map[string]*limiter),
		calls:      make(map[callLabels]*callSeries),
		costs:      make(map[callLabels]*costSeries),
		clients:    make(map[clientLabels]*clientSeries),
		durations:  make(map[durationLabels]*durationSeries),
		spans:      make(map[spanLabels]*durationSeries),

		evaluations: make(map[evaluationLabels]*evaluationSeries),
	}
	for _, name := range dimensions {
		s.dimensions[name] = newLimiter(limits.Values)
	}
	s.dimensions["user"] = newLimiter(limits.Users)
	return s
}

var dimensions = []string{"provider", "model", "operation", "department", "application", "environment", "agent", "error", "server", "name", "evaluation", "label"}

// add counts one span. It reports whether a limit made it count under Other.
func (s *state) add(c *call, now time.Time) (overflow bool) {
	switch c.role {
	case semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleTool:
		overflow = s.addSpan(c, now)
	}
	if !c.billable {
		return overflow
	}
	return s.addCall(c, now) || overflow
}

// label admits the values of one span and remembers whether any was refused.
type label struct {
	s        *state
	overflow bool
}

func (l *label) of(dimension, value string) string {
	value, over := l.s.dimensions[dimension].admit(value)
	l.overflow = l.overflow || over
	return value
}

func attributed(v string) string {
	if v == "" {
		return semconv.Unattributed
	}
	return v
}

func (s *state) addCall(c *call, now time.Time) bool {
	l := label{s: s}
	reqModel, respModel := l.of("model", c.reqModel), l.of("model", c.respModel)
	application, environment := l.of("application", attributed(c.app)), l.of("environment", c.env)
	errorType := l.of("error", c.errorType)
	client := clientLabels{
		operation: l.of("operation", c.operation), provider: l.of("provider", c.provider),
		reqModel: reqModel, respModel: respModel, server: l.of("server", c.server), port: c.port,
		application: application, environment: environment,
	}
	labels := callLabels{
		provider: client.provider, model: respModel, operation: client.operation,
		department: l.of("department", attributed(c.department)), application: application, environment: environment, agent: l.of("agent", c.agent),
		status: c.status(), errorType: errorType, costStatus: l.of("error", c.costStatus),
	}
	if labels.model == "" {
		labels.model = reqModel
	}
	if s.limits.Users > 0 {
		labels.user = l.of("user", attributed(c.user))
	}

	series, costs, over := s.callSeries(labels, now)
	series.calls++
	series.slowest.offer(1, c.at)
	costs.count(c, s.since)
	l.overflow = l.overflow || over

	duration, over := s.duration(durationLabels{client, errorType}, now)
	duration.record(c.length, c.at, s.since)
	l.overflow = l.overflow || over

	clients, over := s.client(client, now)
	clients.count(c, s.since)
	l.overflow = l.overflow || over
	return l.overflow
}

func (s *costSeries) count(c *call, start time.Time) {
	switch c.costStatus {
	case "priced", "free":
		if !s.priced {
			s.priced, s.start = true, start
		}
		s.cost = s.cost.Add(c.cost)
		s.mostExpensive.offer(c.cost.InexactFloat64(), c.at)
	}
	for kind, f := range tokenFields {
		s.tokens[kind].add(c.counts[f], start)
	}
}

var tokenFields = [numTokenKinds]usage.Field{
	tokensInput: usage.Input, tokensOutput: usage.Output,
	tokensCacheRead: usage.CacheRead, tokensCacheWrite: usage.CacheWrite, tokensReasoning: usage.Reasoning,
}

func (s *clientSeries) count(c *call, start time.Time) {
	u := &c.counts
	split(&s.tokens[tokensInput], start, u[usage.Input], u[usage.TextInput], u[usage.ImageInput], u[usage.AudioInput])
	split(&s.tokens[tokensOutput], start, u[usage.Output], u[usage.TextOutput], u[usage.ImageOutput], u[usage.AudioOutput])
	split(&s.tokens[tokensCacheRead], start, u[usage.CacheRead], u[usage.TextCacheRead], u[usage.ImageCacheRead], u[usage.AudioCacheRead])
	s.tokens[tokensCacheWrite][modalityUnknown].add(u[usage.CacheWrite], start)
	s.tokens[tokensReasoning][modalityUnknown].add(u[usage.Reasoning], start)
	if c.given.Has(usage.Input) {
		s.input.record(float64(u[usage.Input]), c.at, start)
	}
	if c.given.Has(usage.Output) {
		s.output.record(float64(u[usage.Output]), c.at, start)
	}
	if c.ttfc >= 0 {
		s.ttfc.record(c.ttfc, c.at, start)
	}
}

// split adds a total by modality; what the vendor did not break down is of
// unknown modality, never guessed.
func split(to *[numModalities]counter, start time.Time, total, text, image, audio int64) {
	rest := total - text - image - audio
	if text > total || image > total || audio > total || rest < 0 {
		to[modalityUnknown].add(total, start)
		return
	}
	to[modalityText].add(text, start)
	to[modalityImage].add(image, start)
	to[modalityAudio].add(audio, start)
	to[modalityUnknown].add(rest, start)
}

func (s *state) addSpan(c *call, now time.Time) bool {
	l := label{s: s}
	labels := spanLabels{
		role: c.role, errorType: l.of("error", c.errorType),
		application: l.of("application", attributed(c.app)), environment: l.of("environment", c.env),
	}
	bounds := clientBounds
	switch c.role {
	case semconv.RoleAgent:
		labels.name, bounds = l.of("agent", c.agent), agentBounds
	case semconv.RoleWorkflow:
		labels.name, bounds = l.of("name", c.workflow), workflowBounds
	case semconv.RoleTool:
		labels.name, labels.kind, labels.agent = l.of("name", c.tool), l.of("name", c.toolType), l.of("agent", c.agent)
	}
	series := s.spans[labels]
	if series == nil {
		if len(s.spans) >= s.limits.Series {
			labels = spanLabels{role: c.role, name: Other, errorType: labels.errorType, application: Other, environment: labels.environment}
			l.overflow = true
			series = s.spans[labels]
		}
		if series == nil {
			series = &durationSeries{histogram: newHistogram(bounds)}
			s.spans[labels] = series
		}
	}
	series.last = now
	series.record(c.length, c.at, s.since)
	return l.overflow
}
