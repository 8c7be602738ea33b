package budgetguard

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// matcher is a condition of a scope, ready to be compared with calls.
type matcher struct {
	of     func(otelgenai.PendingCall) string // nil where an attribute says it
	key    attribute.Key
	absent string // value where the call says nothing
	value  string
}

// attributes of the dimensions that the context of a call carries.
var attributes = map[string]attribute.Key{
	"user":        semconv.UserID,
	"department":  semconv.Department,
	"application": semconv.Application,
	"team":        semconv.Team,
	"cost_center": semconv.CostCenter,
	"workflow":    semconv.WorkflowName,
	"agent":       semconv.AgentName,
	"step":        semconv.StepName,
}

// fields of the dimensions that the request itself tells.
var fields = map[string]func(otelgenai.PendingCall) string{
	"provider":  func(c otelgenai.PendingCall) string { return c.Provider },
	"model":     func(c otelgenai.PendingCall) string { return c.RequestModel() },
	"operation": func(c otelgenai.PendingCall) string { return c.Operation },
}

const tagDimension = "tag:"

// compile makes matchers of a scope; unknown is the first dimension that
// nothing in this process tells.
func (c *config) compile(scope []Condition) (matchers []matcher, unknown string) {
	for _, condition := range scope {
		m := matcher{value: condition.Value, absent: c.dimensions[condition.Dimension]}
		_, told := c.dimensions[condition.Dimension]
		tag, isTag := strings.CutPrefix(condition.Dimension, tagDimension)
		switch {
		case isTag:
			m.key = attribute.Key(semconv.TagPrefix + tag)
		case attributes[condition.Dimension] != "":
			m.key = attributes[condition.Dimension]
		case fields[condition.Dimension] != nil:
			m.of = fields[condition.Dimension]
		case !told:
			return nil, condition.Dimension
		}
		matchers = append(matchers, m)
	}
	return matchers, ""
}

func (m *matcher) matches(call otelgenai.PendingCall) bool {
	got := ""
	if m.of != nil {
		got = m.of(call)
	} else if m.key != "" {
		got = valueOf(call.Attributes, m.key)
	}
	if got == "" || got == semconv.Unattributed {
		got = m.absent
	}
	return got == m.value
}

// valueOf is the last value of a key, as in a span.
func valueOf(attrs []attribute.KeyValue, key attribute.Key) string {
	for i := len(attrs) - 1; i >= 0; i-- {
		if attrs[i].Key == key {
			return attrs[i].Value.AsString()
		}
	}
	return ""
}
