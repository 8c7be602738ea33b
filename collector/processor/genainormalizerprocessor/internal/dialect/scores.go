package dialect

import (
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// ScoreList is a list of judgements among the attributes of a span, flattened:
// "evaluations.0.evaluation.score".
type ScoreList struct {
	List   string // evaluations
	Member string // evaluation
	Scope  string // of semconv.EvaluationScope; "" = the span
}

// scoreFields is the attribute of an evaluation event for each field of a member.
var scoreFields = map[string]string{
	"name":        string(semconv.EvaluationName),
	"score":       string(semconv.EvaluationScoreValue),
	"label":       string(semconv.EvaluationScoreLabel),
	"explanation": string(semconv.EvaluationExplanation),
}

// split parts a key into the place of the member in the list and its field.
func (l *ScoreList) split(key string) (place, field string, ok bool) {
	rest, ok := strings.CutPrefix(key, l.List+".")
	if !ok {
		return "", "", false
	}
	place, rest, _ = strings.Cut(rest, ".")
	field, ok = strings.CutPrefix(rest, l.Member+".")
	return place, field, ok && place != ""
}

// isScore reports whether an attribute is a field of a judgement.
func (d *Dialect) isScore(key string) bool {
	return slices.ContainsFunc(d.Scores, func(l ScoreList) bool {
		_, _, ok := l.split(key)
		return ok
	})
}

// maxScores bounds the judgements of one span: a sender chooses how many there are.
const maxScores = 64

// recordScores makes of the judgements on a span events of the conventions. The
// attributes go, unless they are kept: explanations are content and go with them.
func (d *Dialect) recordScores(span ptrace.Span, keep bool) {
	attrs := span.Attributes()
	made := 0
	conversation, _ := attrs.Get(string(semconv.ConversationID))
	for i := range d.Scores {
		l := &d.Scores[i]
		fields := map[string][]string{}
		for key := range attrs.All() {
			if place, field, ok := l.split(key); ok && scoreFields[field] != "" {
				fields[place] = append(fields[place], field)
			}
		}
		for _, place := range slices.Sorted(maps.Keys(fields)) {
			if made++; made > maxScores {
				break
			}
			event := span.Events().AppendEmpty()
			event.SetName(semconv.EventEvaluationResult)
			event.SetTimestamp(span.EndTimestamp())
			to := event.Attributes()
			for _, field := range fields[place] {
				v, _ := attrs.Get(l.List + "." + place + "." + l.Member + "." + field)
				v.CopyTo(to.PutEmpty(scoreFields[field]))
			}
			if l.Scope != "" {
				to.PutStr(string(semconv.EvaluationScope), l.Scope)
			}
			if l.Scope == semconv.ScopeConversation {
				to.PutStr(string(semconv.ConversationID), conversation.AsString())
			}
		}
	}
	if !keep {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool { return d.isScore(key) })
	}
}
