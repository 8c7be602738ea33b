package genaimetricsconnector

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// callLabels are the labels of the spanledger.* metrics.
type callLabels struct {
	provider, model, operation           string
	department, application, agent, user string
	status, errorType, costStatus        string
}

// clientLabels are the attributes of the gen_ai.client.* metrics.
type clientLabels struct {
	operation, provider, reqModel, respModel string
	server                                   string
	port                                     int64
	application                              string
}

// durationLabels are those of a duration, which failed calls have too.
type durationLabels struct {
	clientLabels
	errorType string
}

// spanLabels are those of agent, tool and workflow durations.
type spanLabels struct {
	role, name, kind, agent, errorType, application string
}

// life is when a series began and was last added to.
type life struct{ start, last time.Time }

type callSeries struct {
	life
	calls   int64
	cost    udecimal.Decimal // exact; a double only when emitted
	priced  bool             // whether any call had a price, free ones included
	tokens  [numTokenKinds]int64
	dearest exemplar
	slowest exemplar
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
	tokens [numTokenKinds][numModalities]int64
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
	dimensions map[string]*limiter

	calls     map[callLabels]*callSeries
	clients   map[clientLabels]*clientSeries
	durations map[durationLabels]*durationSeries
	spans     map[spanLabels]*durationSeries
}

func newState(limits Limits) *state {
	s := &state{
		limits:     limits,
		dimensions: make(map[string]*limiter),
		calls:      make(map[callLabels]*callSeries),
		clients:    make(map[clientLabels]*clientSeries),
		durations:  make(map[durationLabels]*durationSeries),
		spans:      make(map[spanLabels]*durationSeries),
	}
	for _, name := range dimensions {
		s.dimensions[name] = newLimiter(limits.Values)
	}
	s.dimensions["user"] = newLimiter(limits.Users)
	return s
}

var dimensions = []string{"provider", "model", "operation", "department", "application", "agent", "error", "server", "name"}

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
	application := l.of("application", attributed(c.app))
	errorType := l.of("error", c.errorType)
	client := clientLabels{
		operation: l.of("operation", c.operation), provider: l.of("provider", c.provider),
		reqModel: reqModel, respModel: respModel, server: l.of("server", c.server), port: c.port, application: application,
	}
	labels := callLabels{
		provider: client.provider, model: respModel, operation: client.operation,
		department: l.of("department", attributed(c.department)), application: application, agent: l.of("agent", c.agent),
		status: c.status(), errorType: errorType, costStatus: l.of("error", c.costStatus),
	}
	if labels.model == "" {
		labels.model = reqModel
	}
	if s.limits.Users > 0 {
		labels.user = l.of("user", attributed(c.user))
	}

	series, over := s.callSeries(labels, now)
	series.count(c)
	l.overflow = l.overflow || over

	duration, over := s.duration(durationLabels{client, errorType}, now)
	duration.record(c.length, c.at)
	l.overflow = l.overflow || over

	usage, over := s.client(client, now)
	usage.count(c)
	l.overflow = l.overflow || over
	return l.overflow
}

func (s *callSeries) count(c *call) {
	s.calls++
	s.slowest.offer(1, c.at)
	switch c.costStatus {
	case "priced", "free":
		s.priced = true
		s.cost = s.cost.Add(c.cost)
		s.dearest.offer(c.cost.InexactFloat64(), c.at)
	}
	for kind, n := range c.usage.kinds() {
		s.tokens[kind] += n
	}
}

func (u *usage) kinds() [numTokenKinds]int64 {
	return [numTokenKinds]int64{u.input, u.output, u.cacheRead, u.cacheWrite, u.reasoning}
}

func (s *clientSeries) count(c *call) {
	u := &c.usage
	split(&s.tokens[tokensInput], u.input, u.textIn, u.imageIn, u.audioIn)
	split(&s.tokens[tokensOutput], u.output, u.textOut, u.imageOut, u.audioOut)
	split(&s.tokens[tokensCacheRead], u.cacheRead, u.textRead, u.imageRead, u.audioRead)
	s.tokens[tokensCacheWrite][modalityUnknown] += u.cacheWrite
	s.tokens[tokensReasoning][modalityUnknown] += u.reasoning
	if u.known {
		s.input.record(float64(u.input), c.at)
	}
	if u.outKnown {
		s.output.record(float64(u.output), c.at)
	}
	if c.ttfc >= 0 {
		s.ttfc.record(c.ttfc, c.at)
	}
}

// split adds a total by modality; what the vendor did not break down is of
// unknown modality, never guessed.
func split(to *[numModalities]int64, total, text, image, audio int64) {
	rest := total - text - image - audio
	if text > total || image > total || audio > total || rest < 0 {
		to[modalityUnknown] += total
		return
	}
	to[modalityText] += text
	to[modalityImage] += image
	to[modalityAudio] += audio
	to[modalityUnknown] += rest
}

func (s *state) addSpan(c *call, now time.Time) bool {
	l := label{s: s}
	labels := spanLabels{role: c.role, errorType: l.of("error", c.errorType), application: l.of("application", attributed(c.app))}
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
			labels = spanLabels{role: c.role, name: Other, errorType: labels.errorType, application: Other}
			l.overflow = true
			series = s.spans[labels]
		}
		if series == nil {
			series = &durationSeries{life: life{start: now}, histogram: newHistogram(bounds)}
			s.spans[labels] = series
		}
	}
	series.last = now
	series.record(c.length, c.at)
	return l.overflow
}

// callSeries finds or makes a series. Beyond the limit the user goes first,
// then everything but the status.
func (s *state) callSeries(labels callLabels, now time.Time) (series *callSeries, overflow bool) {
	series = s.calls[labels]
	if series == nil && len(s.calls) >= s.limits.Series {
		overflow = true
		if labels.user != "" {
			labels.user = Other
			series = s.calls[labels]
		}
		if series == nil {
			labels = callLabels{
				provider: Other, model: Other, operation: Other, department: Other, application: Other, agent: Other, user: labels.user,
				status: labels.status, errorType: labels.errorType, costStatus: labels.costStatus,
			}
			series = s.calls[labels]
		}
	}
	if series == nil {
		series = &callSeries{life: life{start: now}}
		s.calls[labels] = series
	}
	series.last = now
	return series, overflow
}

func (s *state) duration(labels durationLabels, now time.Time) (series *durationSeries, overflow bool) {
	series = s.durations[labels]
	if series == nil && len(s.durations) >= s.limits.Series {
		overflow = true
		labels = durationLabels{clientLabels: overflowClient(labels.clientLabels), errorType: labels.errorType}
		series = s.durations[labels]
	}
	if series == nil {
		series = &durationSeries{life: life{start: now}, histogram: newHistogram(clientBounds)}
		s.durations[labels] = series
	}
	series.last = now
	return series, overflow
}

func (s *state) client(labels clientLabels, now time.Time) (series *clientSeries, overflow bool) {
	series = s.clients[labels]
	if series == nil && len(s.clients) >= s.limits.Series {
		overflow = true
		labels = overflowClient(labels)
		series = s.clients[labels]
	}
	if series == nil {
		series = &clientSeries{
			life:   life{start: now},
			input:  newHistogram(tokenBounds),
			output: newHistogram(tokenBounds),
			ttfc:   newHistogram(clientBounds),
		}
		s.clients[labels] = series
	}
	series.last = now
	return series, overflow
}

func overflowClient(labels clientLabels) clientLabels {
	return clientLabels{operation: labels.operation, provider: Other, reqModel: Other, respModel: Other, application: Other}
}

// size is the number of attribute sets held.
func (s *state) size() int {
	return len(s.calls) + len(s.clients) + len(s.durations) + len(s.spans)
}

// expire forgets series without a call since before, and with them the label
// values nobody uses any more.
func (s *state) expire(before time.Time) {
	size := s.size()
	expire(s.calls, before)
	expire(s.clients, before)
	expire(s.durations, before)
	expire(s.spans, before)
	if s.size() < size {
		s.release()
	}
}

type mortal interface{ idleSince(time.Time) bool }

func (l *life) idleSince(t time.Time) bool { return l.last.Before(t) }

func expire[K comparable, V mortal](series map[K]V, before time.Time) {
	for labels, one := range series {
		if one.idleSince(before) {
			delete(series, labels)
		}
	}
}

func (s *state) release() {
	used := make(map[string]map[string]bool, len(s.dimensions))
	for name := range s.dimensions {
		used[name] = make(map[string]bool)
	}
	for l := range s.calls {
		used["department"][l.department] = true
		used["agent"][l.agent] = true
		used["user"][l.user] = true
		used["error"][l.costStatus] = true
	}
	for l := range s.durations {
		used["operation"][l.operation] = true
		used["provider"][l.provider] = true
		used["model"][l.reqModel] = true
		used["model"][l.respModel] = true
		used["server"][l.server] = true
		used["application"][l.application] = true
		used["error"][l.errorType] = true
	}
	for l := range s.spans {
		used["error"][l.errorType] = true
		used["application"][l.application] = true
		used["agent"][l.agent] = true
		if l.role == semconv.RoleAgent {
			used["agent"][l.name] = true
		} else {
			used["name"][l.name] = true
			used["name"][l.kind] = true
		}
	}
	for name, l := range s.dimensions {
		l.keep(used[name])
	}
}
