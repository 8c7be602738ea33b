package ledger

import "time"

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

	ByPromptName    Dimension = "prompt_name"
	ByPromptVersion Dimension = "prompt_version"
	ByPurpose       Dimension = "purpose" // production, evaluation, judge, test

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
	// CallsOnly leaves Latency and all of Totals but Calls zero, which reads the calls in
	// fewer columns. Groups are in order of their keys.
	CallsOnly bool
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

// Latency describes the durations of the calls of a group.
type Latency struct {
	P50      time.Duration `json:"p50_ns"`
	P95      time.Duration `json:"p95_ns"`
	P99      time.Duration `json:"p99_ns"`
	MeanTTFC time.Duration `json:"mean_ttfc_ns"` // over streamed calls
}
