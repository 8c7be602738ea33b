package ledger

import (
	"context"
	"errors"
	"time"

	"github.com/quagmt/udecimal"
)

// ErrNotFound reports a trace or row that the store does not hold.
var ErrNotFound = errors.New("not found in the ledger")

// Store keeps the ledger. Every method is safe for concurrent use. One
// conformance suite, ledgertest, defines the behaviour of all implementations.
type Store interface {
	Writer
	Reader
	// Migrate brings the schema to this binary's version; safe when several
	// collectors start at once.
	Migrate(ctx context.Context) error
	Close() error
}

// Writer stores rows. A write either stores all the rows or returns an error;
// repeating it is harmless.
type Writer interface {
	Write(ctx context.Context, batch Batch) error
}

// Batch holds what one export brings.
type Batch struct {
	Calls []Call
	Spans []AgentSpan
}

// Reader answers the questions of reports.
type Reader interface {
	// Aggregate sums billable calls by the dimensions asked for, most
	// expensive first.
	Aggregate(ctx context.Context, q Query) ([]Group, error)
	// Trace returns everything stored of one trace, in order of start time;
	// ErrNotFound when there is nothing.
	Trace(ctx context.Context, id TraceID) (*Trace, error)
	// Traces lists traces that started in the period, newest first.
	Traces(ctx context.Context, q TraceQuery) ([]TraceSummary, error)
}

// Dimension is something calls can be grouped or filtered by.
type Dimension string

// Dimensions. "tag:<key>" is the free dimension of that tag.
const (
	ByUser        Dimension = "user"
	ByDepartment  Dimension = "department"
	ByApplication Dimension = "application"
	ByTeam        Dimension = "team"
	ByCostCenter  Dimension = "cost_center"
	ByEnvironment Dimension = "environment"
	ByProvider    Dimension = "provider"
	ByModel       Dimension = "model"
	ByOperation   Dimension = "operation"
	ByWorkflow    Dimension = "workflow"
	ByAgent       Dimension = "agent"
	ByStep        Dimension = "step"
	ByService     Dimension = "service"
	ByStatus      Dimension = "status" // ok, error
	ByErrorType   Dimension = "error_type"
	ByDay         Dimension = "day"          // 2026-10-31 in Query.Zone
	ByHour        Dimension = "hour"         // 2026-10-31T14 in Query.Zone
	ByMonth       Dimension = "month"        // 2026-10 in Query.Zone
	ByHourOfWeek  Dimension = "hour_of_week" // 1-00 (Monday, midnight) ... 7-23
	ByCostStatus  Dimension = "cost_status"
	ByCostReason  Dimension = "cost_reason" // why a call has no price
	ByDialect     Dimension = "dialect"     // whose telemetry told of the call

	ByConversation Dimension = "conversation"
	ByRequestModel Dimension = "requested_model" // asked for, whichever answered

	TagDimensionPrefix = "tag:"
)

// Query selects and groups calls.
type Query struct {
	From, Until time.Time      // [From, Until)
	Zone        *time.Location // for the time dimensions; nil = UTC
	By          []Dimension    // none = one group, the total
	Where       []Condition    // all must hold
	Limit       int            // 0 = all
	// ModelAliases gives models another name, for ByModel: a failed call names
	// the model asked for, a good one the model that answered.
	ModelAliases map[string]string
	// TotalsOnly leaves Latency zero. Where the rollups hold what is asked for
	// they answer, which is faster, and reaches back beyond the retention of
	// the calls themselves: see Rollup.
	TotalsOnly bool
}

// Condition keeps calls whose dimension has one of the values.
type Condition struct {
	Dimension Dimension `json:"dimension,omitzero"`
	Values    []string  `json:"values,omitzero"`
	Not       bool      `json:"not,omitzero"`
}

// Group is one row of an answer.
type Group struct {
	Key     []string `json:"key"` // one value for each dimension of Query.By, "" = not known
	Totals  Totals   `json:"totals"`
	Latency Latency  `json:"latency"`
}

// Totals are sums over calls: they add up across groups, to the last digit.
type Totals struct {
	Calls      int64            `json:"calls"`
	Errors     int64            `json:"errors"`
	Unpriced   int64            `json:"unpriced"` // calls with usage that no price was found for
	Invalid    int64            `json:"invalid"`
	Input      int64            `json:"input"`
	Output     int64            `json:"output"`
	CacheRead  int64            `json:"cache_read"`
	CacheWrite int64            `json:"cache_write"`
	Reasoning  int64            `json:"reasoning"`
	Cost       udecimal.Decimal `json:"cost"`        // USD; unpriced calls add nothing and are counted above
	Duration   time.Duration    `json:"duration_ns"` // summed
}

// Latency describes the durations of the calls of a group.
type Latency struct {
	P50      time.Duration `json:"p50_ns"`
	P95      time.Duration `json:"p95_ns"`
	P99      time.Duration `json:"p99_ns"`
	MeanTTFC time.Duration `json:"mean_ttfc_ns"` // over streamed calls
}

// Trace is one run.
type Trace struct {
	ID    TraceID     `json:"id"`
	Calls []Call      `json:"calls"`
	Spans []AgentSpan `json:"spans"`
}

// TraceQuery selects traces.
type TraceQuery struct {
	From, Until time.Time
	Agent       string // "" = any
	User        string
	// Where keeps traces in which one billable call at least meets all of the
	// conditions.
	Where   []Condition
	Errors  bool              // only those in which a call or another span failed
	MinCost *udecimal.Decimal // of the trace; nil = any
	Order   TraceOrder
	Limit   int // 0 = DefaultTraces
	Offset  int
}

// DefaultTraces is how many traces a question without a limit gets.
const DefaultTraces = 20

// TraceOrder says which traces come first.
type TraceOrder string

// Orders.
const (
	NewestFirst  TraceOrder = "newest"
	SlowestFirst TraceOrder = "slowest"
	DearestFirst TraceOrder = "dearest"
)

// TraceSummary is one line of a list of traces.
type TraceSummary struct {
	ID       TraceID       `json:"id"`
	Root     string        `json:"root"`  // name of the earliest span or call
	Agent    string        `json:"agent"` // of the earliest agent span
	User     string        `json:"user"`
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration_ns"`
	Totals   Totals        `json:"totals"`
	Spans    int64         `json:"spans"`
}
