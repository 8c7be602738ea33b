package genaimetricsconnector

import (
	"time"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// callSeries finds or makes a series. Beyond the limit the user goes first,
// then everything but the status.
func (s *state) callSeries(labels callLabels, now time.Time) (series *callSeries, costs *costSeries, overflow bool) {
	series = s.calls[labels]
	if series == nil && len(s.calls) >= s.limits.Series {
		overflow = true
		if labels.user != "" {
			labels.user = Other
			series = s.calls[labels]
		}
		if series == nil {
			labels = callLabels{
				provider: Other, model: Other, operation: Other, department: Other, application: Other, environment: labels.environment, agent: Other, user: labels.user,
				status: labels.status, errorType: labels.errorType, costStatus: labels.costStatus,
			}
			series = s.calls[labels]
		}
	}
	if series == nil {
		series = &callSeries{start: s.since}
		s.calls[labels] = series
	}
	series.last = now
	labels.errorType, labels.costStatus = "", ""
	costs = s.costs[labels]
	if costs == nil {
		costs = &costSeries{}
		s.costs[labels] = costs
	}
	costs.last = now
	return series, costs, overflow
}

func (s *state) duration(labels durationLabels, now time.Time) (series *durationSeries, overflow bool) {
	series = s.durations[labels]
	if series == nil && len(s.durations) >= s.limits.Series {
		overflow = true
		labels = durationLabels{clientLabels: overflowClient(labels.clientLabels), errorType: labels.errorType}
		series = s.durations[labels]
	}
	if series == nil {
		series = &durationSeries{histogram: newHistogram(clientBounds)}
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
	return clientLabels{operation: labels.operation, provider: Other, reqModel: Other, respModel: Other, application: Other, environment: labels.environment}
}

// size is the number of attribute sets held; those of costs are some of those of calls.
func (s *state) size() int {
	return len(s.calls) + len(s.clients) + len(s.durations) + len(s.spans) + len(s.evaluations)
}

// expire forgets series without a call since before, and with them the label
// values no one uses any more.
func (s *state) expire(before time.Time) {
	size := s.size()
	expire(s.calls, before)
	expire(s.costs, before)
	expire(s.clients, before)
	expire(s.durations, before)
	expire(s.spans, before)
	expire(s.evaluations, before)
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
		used["environment"][l.environment] = true
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
		used["environment"][l.environment] = true
		used["agent"][l.agent] = true
		if l.role == semconv.RoleAgent {
			used["agent"][l.name] = true
		} else {
			used["name"][l.name] = true
			used["name"][l.kind] = true
		}
	}
	for l := range s.evaluations {
		used["evaluation"][l.name] = true
		used["label"][l.label] = true
		used["agent"][l.agent] = true
		used["model"][l.model] = true
		used["application"][l.application] = true
		used["environment"][l.environment] = true
	}
	for name, l := range s.dimensions {
		l.keep(used[name])
	}
}
