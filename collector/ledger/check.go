package ledger

import (
	"math"
	"time"
)

// EarliestStart and LatestStart bound what a row may start at. Outside is a
// clock that was never set, or a unit mistaken for another; in ClickHouse it
// would open a partition of its own.
var (
	EarliestStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // inclusive
	LatestStart   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // exclusive
)

// CheckApplication is the application of the test span that an installation is
// checked with. It is in the store like any other, and left out of lists of runs.
const CheckApplication = "spanledger-check"

// Bounded is t, or the nearest instant that a row may start at. A period that
// reaches further holds no more, and its ends may lie outside of what a number of
// nanoseconds can hold.
func Bounded(t time.Time) time.Time {
	switch {
	case t.Before(EarliestStart):
		return EarliestStart
	case t.After(LatestStart):
		return LatestStart
	}
	return t
}

// Receipt is now, or the nearest instant at which a row may be received: a clock of
// the collector that is wrong by years rejects no row.
func Receipt(now time.Time) time.Time {
	if now = Bounded(now); now.Before(LatestStart) {
		return now
	}
	return LatestStart.Add(-time.Hour)
}

// maxRevision is the value that fits next to the microseconds of Received in the 64 bits
// that ClickHouse compares.
const maxRevision = 1<<12 - 1

// Check reports what keeps the row out of every store, as a *RowError.
func (c *Call) Check() error {
	if err := c.CheckValues(); err != nil {
		return err
	}
	fail := func(field, reason string) error {
		return &RowError{TraceID: c.TraceID, SpanID: c.SpanID, Field: field, Reason: reason}
	}
	if !validText(c.User, c.Department, c.Application, c.Team, c.CostCenter, c.Environment,
		c.Workflow, c.Agent, c.Step, c.ConversationID, c.Service, c.Provider, c.ServerAddress,
		c.Operation, c.RequestModel, c.ResponseModel, c.ResponseID, c.ServiceTier, c.ErrorType,
		c.UsageSource, c.Cost.Status, c.Cost.Currency, c.Cost.Reason,
		c.Cost.CatalogVersion, c.Terms.RequestedTier, c.Terms.Speed, c.Terms.InferenceGeo,
		c.Terms.Region, c.Terms.SearchContextSize, c.Role, c.Dialect, c.Claim, c.PromptPrefix,
		c.PromptParts, c.PromptShares, c.PromptName, c.PromptVersion, c.Purpose) ||
		!validText(c.FinishReasons...) || !validText(c.Cost.Flags...) || !c.Cost.Bill.Valid() {
		return fail("text", notText)
	}
	for k, v := range c.Tags {
		if !validText(k, v) {
			return fail("tags", notText)
		}
	}
	return nil
}

// CheckNext is Check for the next revision of the row.
func (c *Call) CheckNext() error {
	c.Revision++
	err := c.Check()
	c.Revision--
	return err
}

// CheckValues is Check without the texts, for rows whose texts were made valid.
func (c *Call) CheckValues() error {
	fail := func(field, reason string) error {
		return &RowError{TraceID: c.TraceID, SpanID: c.SpanID, Field: field, Reason: reason}
	}
	if field, reason := checkPlace(c.TraceID, c.SpanID, c.Start, c.Duration, c.Received); field != "" {
		return fail(field, reason)
	}
	if c.StatusCode < 0 || c.StatusCode > math.MaxUint16 {
		return fail("status code", "out of range")
	}
	if c.Attempt < 0 || c.Attempt > math.MaxUint16 {
		return fail("attempt", "out of range")
	}
	if c.Revision < 0 || c.Revision > maxRevision {
		return fail("revision", "out of range")
	}
	if c.Cost.Amount != nil {
		if _, err := UnitsOf(*c.Cost.Amount); err != nil {
			return fail("cost amount", err.Error())
		}
	}
	if c.Cost.Vendor != nil {
		if _, err := UnitsOf(*c.Cost.Vendor); err != nil {
			return fail("vendor amount", err.Error())
		}
	}
	return nil
}

// Row is the type of pointers to rows of T.
type Row[T any] interface {
	*T
	Check() error
}

// CheckRows reports the first row that no store can hold, as a *RowError.
func CheckRows[T any, R Row[T]](rows []T) error {
	for i := range rows {
		if err := R(&rows[i]).Check(); err != nil {
			return err
		}
	}
	return nil
}

// Check reports what keeps the row out of every store, as a *RowError.
func (s *AgentSpan) Check() error {
	fail := func(field, reason string) error {
		return &RowError{TraceID: s.TraceID, SpanID: s.SpanID, Field: field, Reason: reason}
	}
	if field, reason := checkPlace(s.TraceID, s.SpanID, s.Start, s.Duration, s.Received); field != "" {
		return fail(field, reason)
	}
	if s.StepNumber < 0 || s.StepNumber > math.MaxInt32 {
		return fail("step number", "out of range")
	}
	if !validText(s.Role, s.Name, s.Workflow, s.Agent, s.Step, s.Tool, s.User, s.Department,
		s.Application, s.Service, s.ConversationID, s.ErrorType) {
		return fail("text", notText)
	}
	return nil
}

// Check reports what keeps the record out of every store, as a *RowError.
func (l *Log) Check() error {
	fail := func(field, reason string) error {
		return &RowError{TraceID: l.TraceID, SpanID: l.SpanID, Field: field, Reason: reason}
	}
	if field, reason := checkTimes("time", l.Time, l.Received); field != "" {
		return fail(field, reason)
	}
	if l.Severity < 0 || l.Severity > math.MaxUint8 {
		return fail("severity", "out of range")
	}
	if !validText(string(l.Kind), l.EventName, l.Body, l.ErrorType, l.User, l.Department, l.Application,
		l.Environment, l.Agent, l.Service, l.Provider, l.Model, l.Operation) {
		return fail("text", notText)
	}
	for k, v := range l.Attributes {
		if !validText(k, v) {
			return fail("attributes", notText)
		}
	}
	return nil
}

func checkPlace(trace TraceID, span SpanID, start time.Time, duration time.Duration, received time.Time) (field, reason string) {
	switch {
	case trace == TraceID{}:
		return "trace id", "is zero"
	case span.IsZero():
		return "span id", "is zero"
	case duration < 0:
		return "duration", "is negative"
	}
	return checkTimes("start", start, received)
}

func checkTimes(name string, start, received time.Time) (field, reason string) {
	switch {
	case start.Before(EarliestStart) || !start.Before(LatestStart):
		return name, start.UTC().Format(timeFormat) + " is not between the years 2000 and 2100"
	case received.Before(time.Unix(0, 0)) || !received.Before(LatestStart):
		return "received", received.UTC().Format(timeFormat) + " is not between the years 1970 and 2100"
	}
	return "", ""
}

const notText = "is not UTF-8, or has a NUL byte"

// validText holds for texts that are all ValidText.
func validText(values ...string) bool {
	for _, s := range values {
		if !ValidText(s) {
			return false
		}
	}
	return true
}
