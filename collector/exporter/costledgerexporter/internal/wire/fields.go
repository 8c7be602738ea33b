package wire

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// minRow is less than the smallest row takes: its ids and a byte for every
// other field.
const minRow = len(ledger.TraceID{}) + 2*len(ledger.SpanID{})

// words remembers the latest values of each field, and the times of the row
// before, so that they need not be repeated.
type words struct {
	start, received int64 // nanoseconds since 1970

	user, department, application, team, costCenter, environment recent
	workflow, agent, step, service, provider, server, operation  recent
	requestModel, responseModel, serviceTier, errorType, source  recent
	costStatus, currency, reason, catalogue, bill                recent
	requestedTier, speed, geo, region, searchContext             recent
	prefix, parts, promptName, promptVersion, purpose, shares    recent
	role, dialect, claim, name, tool                             recent
	result, label, tag                                           recent
}

// callFields are those of a version of the form: a later one has more.
func callFields(x *coder, w *words, c *ledger.Call, version byte) {
	x.id(c.TraceID[:])
	x.id(c.SpanID[:])
	x.id(c.ParentSpanID[:])
	x.instant(&c.Start, &w.start)
	x.span(&c.Duration)
	x.span(&c.TimeToFirstChunk)
	x.word(&c.User, &w.user)
	x.word(&c.Department, &w.department)
	x.word(&c.Application, &w.application)
	x.word(&c.Team, &w.team)
	x.word(&c.CostCenter, &w.costCenter)
	x.word(&c.Environment, &w.environment)
	x.tags(&c.Tags)
	x.word(&c.Workflow, &w.workflow)
	x.word(&c.Agent, &w.agent)
	x.word(&c.Step, &w.step)
	x.text(&c.ConversationID)
	x.word(&c.Service, &w.service)
	x.word(&c.Provider, &w.provider)
	x.word(&c.ServerAddress, &w.server)
	x.word(&c.Operation, &w.operation)
	x.word(&c.RequestModel, &w.requestModel)
	x.word(&c.ResponseModel, &w.responseModel)
	x.text(&c.ResponseID)
	x.word(&c.ServiceTier, &w.serviceTier)
	x.flags(&c.Streamed, &c.Error, &c.Billable)
	x.texts(&c.FinishReasons)
	x.word(&c.ErrorType, &w.errorType)
	x.small(&c.StatusCode)
	x.small(&c.Attempt)
	u := &c.Usage
	x.counts(u[:firstCounts(version)])
	if version >= 5 {
		x.small(&c.UsageFields)
	}
	x.word(&c.UsageSource, &w.source)
	x.word(&c.Cost.Status, &w.costStatus)
	x.amount(&c.Cost.Amount)
	x.word(&c.Cost.Currency, &w.currency)
	x.word(&c.Cost.Reason, &w.reason)
	x.texts(&c.Cost.Flags)
	switch {
	case version >= 8:
		x.bill(&c.Cost.Bill, &w.bill)
	case version >= 4: // only read
		c.Cost.Bill = ledger.ReadBill(x.decoder.billText(&w.bill))
	default:
		c.Cost.Bill = ledger.ReadBill(x.decoder.take(x.decoder.uvarint()))
	}
	x.word(&c.Cost.CatalogVersion, &w.catalogue)
	x.amount(&c.Cost.Vendor)
	x.word(&c.Terms.RequestedTier, &w.requestedTier)
	x.word(&c.Terms.Speed, &w.speed)
	x.word(&c.Terms.InferenceGeo, &w.geo)
	x.word(&c.Terms.Region, &w.region)
	x.word(&c.Terms.SearchContextSize, &w.searchContext)
	x.word(&c.Role, &w.role)
	x.word(&c.Dialect, &w.dialect)
	x.word(&c.Claim, &w.claim)
	x.small(&c.Revision)
	x.instant(&c.Received, &w.received)
	if version >= 2 {
		x.word(&c.PromptPrefix, &w.prefix)
		x.count(&c.PromptPrefixTokens)
	}
	if version >= 6 {
		x.flags(&c.Aborted)
		x.word(&c.PromptParts, &w.parts)
		x.word(&c.PromptName, &w.promptName)
		x.word(&c.PromptVersion, &w.promptVersion)
		x.word(&c.Purpose, &w.purpose)
	}
	if version >= 9 {
		x.word(&c.PromptShares, &w.shares)
	}
	if version == 3 || version == 4 {
		x.counts(u[usage.AnnotatedPages:usage.Citation])
	}
}

// firstCounts is how many counts stand together. From version 5 on those are all
// that the writer knows: one that a reader does not know is an error there.
func firstCounts(version byte) usage.Field {
	if version >= 5 {
		return usage.NumBilled
	}
	return usage.AnnotatedPages
}

func spanFields(x *coder, w *words, s *ledger.AgentSpan) {
	x.id(s.TraceID[:])
	x.id(s.SpanID[:])
	x.id(s.ParentSpanID[:])
	x.instant(&s.Start, &w.start)
	x.span(&s.Duration)
	x.word(&s.Role, &w.role)
	x.word(&s.Name, &w.name)
	x.word(&s.Workflow, &w.workflow)
	x.word(&s.Agent, &w.agent)
	x.word(&s.Step, &w.step)
	x.small(&s.StepNumber)
	x.word(&s.Tool, &w.tool)
	x.word(&s.User, &w.user)
	x.word(&s.Department, &w.department)
	x.word(&s.Application, &w.application)
	x.word(&s.Service, &w.service)
	x.text(&s.ConversationID)
	x.flags(&s.Error)
	x.word(&s.ErrorType, &w.errorType)
	x.ids(&s.Links)
	x.instant(&s.Received, &w.received)
}

// resultFields are those of an evaluation or outcome.
func resultFields(x *coder, w *words, r *ledger.Result) {
	x.id(r.ID[:])
	x.word((*string)(&r.Kind), &w.role)
	x.word(&r.Name, &w.result)
	x.instant(&r.Time, &w.start)
	x.id(r.TraceID[:])
	x.id(r.SpanID[:])
	x.text(&r.ResponseID)
	x.word(&r.Agent, &w.agent)
	x.text(&r.ConversationID)
	x.word(&r.TagKey, &w.tag)
	x.text(&r.TagValue)
	x.word(&r.User, &w.user)
	x.amount(&r.Value)
	x.word(&r.Label, &w.label)
	x.flags(&r.Accepted)
	x.word(&r.ErrorType, &w.errorType)
	x.instant(&r.Received, &w.received)
}
