package genaimetricsconnector

import (
	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// call holds what the metrics need of one span.
type call struct {
	role       string
	operation  string
	provider   string
	reqModel   string
	respModel  string
	server     string
	port       int64
	user       string
	department string
	app        string
	env        string
	agent      string
	workflow   string
	tool       string
	toolType   string
	failed     bool
	errorType  string
	costStatus string
	cost       udecimal.Decimal

	counts usage.Counts
	given  usage.Set
	ttfc   float64 // seconds; negative when not streamed
	length float64 // seconds

	billable   bool
	claim      string // spanledger.claim
	responseID string
	at         witness
}

func (c *call) status() string {
	if c.failed {
		return "error"
	}
	return "ok"
}

// environment returns what a resource says about where its spans come from.
func environment(resource pcommon.Resource) string {
	v, ok := resource.Attributes().Get(string(otelsemconv.DeploymentEnvironmentNameKey))
	if !ok {
		return ""
	}
	return text(v)
}

// readCall fills c from a normalised span of an environment. It reports false
// for a span that no metric is derived from.
func readCall(c *call, env string, span ptrace.Span) bool {
	*c = call{env: env, ttfc: -1}
	var u callspan.Usage
	u.Begin(&c.counts)
	for key, v := range span.Attributes().All() {
		switch key {
		case string(semconv.SpanRole):
			c.role = text(v)
		case string(semconv.Billable):
			c.billable = v.Type() == pcommon.ValueTypeBool && v.Bool()
		case string(semconv.Claim):
			c.claim = text(v)
		case string(semconv.ResponseID):
			c.responseID = text(v)
		case string(semconv.OperationName):
			c.operation = text(v)
		case string(semconv.ProviderName):
			c.provider = text(v)
		case string(semconv.RequestModel):
			c.reqModel = text(v)
		case string(semconv.ResponseModel):
			c.respModel = text(v)
		case string(semconv.ServerAddress):
			c.server = text(v)
		case string(semconv.ServerPort):
			c.port, _ = callspan.Count(v)
		case string(semconv.UserID):
			c.user = text(v)
		case string(semconv.Department):
			c.department = text(v)
		case string(semconv.Application):
			c.app = text(v)
		case string(semconv.AgentName):
			c.agent = text(v)
		case string(semconv.WorkflowName):
			c.workflow = text(v)
		case string(semconv.ToolName):
			c.tool = text(v)
		case string(semconv.ToolType):
			c.toolType = text(v)
		case string(semconv.ErrorType):
			c.errorType = text(v)
		case string(semconv.CostStatus):
			c.costStatus = text(v)
		case string(semconv.CostAmount):
			if amount, err := udecimal.Parse(text(v)); err == nil && !amount.IsNeg() {
				c.cost = amount
			}
		case string(semconv.ResponseTimeToFirstChunk):
			if v.Type() == pcommon.ValueTypeDouble && v.Double() >= 0 {
				c.ttfc = v.Double()
			}
		default:
			if a, counted := usage.ByKey(key); counted {
				u.Read(a, key, v)
			}
		}
	}
	if c.role == "" {
		return false
	}
	u.End()
	c.given = u.Given
	if c.costStatus == costInvalid || u.Fault != "" {
		c.counts, c.given = usage.Counts{}, 0 // impossible counts would poison the sums
	}
	if span.EndTimestamp() > span.StartTimestamp() {
		c.length = float64(span.EndTimestamp()-span.StartTimestamp()) / 1e9
	}
	c.failed = span.Status().Code() == ptrace.StatusCodeError || c.errorType != ""
	if c.failed && c.errorType == "" {
		c.errorType = "_OTHER"
	}
	c.at = witness{trace: span.TraceID(), span: span.SpanID(), time: span.EndTimestamp()}
	return true
}

const costInvalid = "invalid"

func text(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return cut(v.Str())
	}
	return ""
}
