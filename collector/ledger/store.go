package ledger

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"
)

// ErrNotFound reports a trace or row that the store does not hold.
var ErrNotFound = errors.New("not found in the ledger")

// Reader answers the questions of reports. Every method is safe for concurrent use.
type Reader interface {
	// Aggregate sums billable calls by the dimensions asked for, most
	// expensive first.
	Aggregate(ctx context.Context, q Query) ([]Group, error)
	// KeptSums are the totals of groups, in no order and without latency, of the
	// billable calls that the ledger still has, with their credits: the totals of
	// Aggregate, also where rollups would answer it. Limit and TotalsOnly of the
	// question are not looked at; nothing is no group.
	KeptSums(ctx context.Context, q Query) ([]Group, error)
	// Trace returns everything stored of one trace, in order of start time;
	// ErrNotFound when there is nothing.
	Trace(ctx context.Context, id TraceID) (*Trace, error)
	// FoldedTrace is Trace for people: of a trace of very many spans, it has the most
	// important ones, and sums of the others.
	FoldedTrace(ctx context.Context, q FoldQuery) (*Trace, error)
	// Traces lists traces that started in the period, newest first.
	Traces(ctx context.Context, q TraceQuery) ([]TraceSummary, error)
	// CallList lists single calls. Only billable calls are in the answer, unless
	// the query asks for the others too: a call that two spans report is one.
	CallList(ctx context.Context, q CallQuery) ([]Call, error)
	// Conversations lists conversations of billable calls that meet the
	// conditions; calls without one are left out. The first and last turn are by
	// start.
	Conversations(ctx context.Context, q CallQuery) ([]Conversation, error)
	// Prefixes counts how often prompts come again with the prefix of one before.
	// Only calls whose prompt was hashed are in the answer.
	Prefixes(ctx context.Context, q PrefixQuery) ([]PrefixUse, error)
	// Waste classifies the calls of the period that were paid for without any use,
	// as far as rows prove it. A call is in one class at most: the first of WasteKinds
	// that it meets. Classes are summed by provider, model and day (of UTC), because
	// rates differ.
	Waste(ctx context.Context, q WasteQuery) (*Waste, error)
	// CacheMisses says why calls whose prompt was hashed read nothing from the vendor's
	// cache, by provider, model and day (of UTC).
	CacheMisses(ctx context.Context, q CacheQuery) (*CacheMisses, error)
	// Results sums evaluations or outcomes, by dimensions of the calls that they are
	// about, and by name: in the order of names, then of the dimensions.
	Results(ctx context.Context, q ResultQuery) ([]ResultGroup, error)
	// Contexts shares out the input of calls among its parts, by dimension. Only calls
	// whose parts were counted are in the answer.
	Contexts(ctx context.Context, q ContextQuery) ([]ContextUse, error)
	// Logs lists log records.
	Logs(ctx context.Context, q LogQuery) ([]Log, error)
}

// Store keeps the ledger. Every method is safe for concurrent use. One
// conformance suite, ledgertest, defines the behaviour of all implementations.
type Store interface {
	Reader

	// Migrate brings the schema to this binary's version; safe when several
	// collectors start at once.
	Migrate(ctx context.Context) error
	// SchemaVersion is the version of the stored schema and the newest one this
	// binary knows; ErrNoSchema when Migrate has never run.
	SchemaVersion(ctx context.Context) (have, known int, err error)
	// Identity is the same text for every address of one ledger, and tells it from
	// others.
	Identity(ctx context.Context) (string, error)
	Close() error

	// Write either stores all the rows or returns an error; repeating it is
	// harmless. So are WriteLogs and WriteResults. Batches that are written together
	// are as one with all of their rows.
	Write(ctx context.Context, batches ...Batch) error
	WriteLogs(ctx context.Context, logs []Log) error
	WriteResults(ctx context.Context, results []Result) error
	// Refresh sums up what has been written since, and is quiet. Rollups are
	// right without it: what is not summed up yet is read from the calls.
	Refresh(ctx context.Context) error

	// Contested returns the traces whose bills must be settled after a write.
	Contested(ctx context.Context, q ConflictQuery) ([]TraceID, error)
	// Rows yields every call and span of traces that starts in [from, until),
	// each in the version that reports show. An error is the last that it yields.
	Rows(ctx context.Context, traces []TraceID, from, until time.Time) iter.Seq2[Node, error]
	// Whole returns the calls of nodes that Rows has returned, as they are stored
	// now, in pieces of at most WholeRows.
	Whole(ctx context.Context, calls []Node) iter.Seq2[[]Call, error]

	// Extent is when the first and the last row of a part start, of those that
	// start at from or later; zero when there is none.
	Extent(ctx context.Context, part Part, from time.Time) (first, last time.Time, err error)
	// Hours counts the rows of a part that start in [from, until) by the hour of
	// UTC, in its order, without the hours that have none.
	Hours(ctx context.Context, part Part, from, until time.Time) ([]HourRows, error)
	// Calls returns every call that starts in [from, until), billable or not, in
	// no order, as the following ones do.
	Calls(ctx context.Context, from, until time.Time) ([]Call, error)
	// Spans returns every agent span that starts in [from, until).
	Spans(ctx context.Context, from, until time.Time) ([]AgentSpan, error)
	// PastCostsBetween returns what calls that start in [from, until) cost before.
	PastCostsBetween(ctx context.Context, from, until time.Time) ([]PastCost, error)
	// LogsBetween returns every log record of [from, until) as it was written.
	LogsBetween(ctx context.Context, from, until time.Time) ([]Log, error)
	// ResultsBetween returns every evaluation and outcome of [from, until).
	ResultsBetween(ctx context.Context, from, until time.Time) ([]Result, error)
	// Sums returns the sums of the hours in [from, until), whether their calls
	// are kept or not.
	Sums(ctx context.Context, from, until time.Time) ([]Sum, error)
	// KeepSums stores the sums of a day of UTC that the store has neither calls
	// nor sums of. All are stored or none. A call of an hour they are of that is
	// delivered later changes them no more.
	KeepSums(ctx context.Context, day time.Time, sums []Sum) error

	// CallsToPrice is Calls without what neither a price nor settling depends on:
	// who called, and where in a run.
	CallsToPrice(ctx context.Context, from, until time.Time) ([]Call, error)
	// WriteCosts stores new costs of calls that CallsToPrice has returned, in their next
	// revision, and keeps what they cost before as replaced at a time. A call of which
	// another version was stored since it was read stays as it is; written is how many
	// did not. Calls are settled afterwards, as after Write.
	WriteCosts(ctx context.Context, calls []Call, replaced time.Time) (written int, err error)
	// KeepCosts stores what calls cost before they are written again. A figure
	// kept twice is kept once.
	KeepCosts(ctx context.Context, costs []PastCost) error
	// PastCosts returns what the calls of a trace cost before, oldest first.
	PastCosts(ctx context.Context, id TraceID) ([]PastCost, error)

	Retention(ctx context.Context) (Retention, error)
	SetRetention(ctx context.Context, r Retention) error
	// Expire applies the retention now: afterwards the sums are as before.
	Expire(ctx context.Context) error
	// KeptSince is the first day of UTC whose calls and agent spans are kept. One
	// that starts before and is delivered now, again or for the first time,
	// counts in no report.
	KeptSince(ctx context.Context) (time.Time, error)
	// Forget replaces a user by Forgotten in every row, drops the conversation
	// ids of those rows and of results about them, and deletes the log records of the user and of the
	// user's traces, whose text may name anyone. No sum changes but by user. It
	// returns how many calls were the user's. A call, span or log record that
	// begins before now and is delivered later, or again, is the user's no more.
	Forget(ctx context.Context, user string) (calls int64, err error)
	// Forgotten returns who was forgotten, and KeepForgotten adds to it: for
	// moving a ledger to another store. A user kept twice is kept once.
	Forgotten(ctx context.Context) (ForgottenUsers, error)
	KeepForgotten(ctx context.Context, users ForgottenUsers) error
}

// CallSummer is a store that calculates the totals of a period from its calls, as fast for one
// that cuts through an hour: such a question need not be divided.
type CallSummer interface {
	// SumsCallsSince reports whether it does so for periods that start at a time or later.
	SumsCallsSince(ctx context.Context, from time.Time) bool
}

// ConflictQuery selects calls that start in [From, Until) and contest a bill:
// the traces of all of them are meant.
type ConflictQuery struct {
	From, Until time.Time
	// Traces in which a call other than a round trip of our own claims a bill.
	Traces []TraceID
	// Reported are response ids that a log record, a server's side or the
	// result of a batch may carry, in any trace.
	Reported []string
	// Carried are response ids that any call may carry, in any trace.
	Carried []string
	// All asks for every trace of the period, in place of Traces.
	All bool
}

// WholeRows bounds the calls that are read as a whole at a time.
const WholeRows = 5_000

// Pieces reads the calls of nodes, at most WholeRows at a time.
func Pieces(nodes []Node, read func([]Node) ([]Call, error)) iter.Seq2[[]Call, error] {
	return func(yield func([]Call, error) bool) {
		for piece := range slices.Chunk(nodes, WholeRows) {
			if calls, err := read(piece); !yield(calls, err) || err != nil {
				return
			}
		}
	}
}
