package sqlbuild

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

// columns are the dimensions that are the same everywhere.
var columns = map[ledger.Dimension]string{
	ledger.ByUser:        "user_id",
	ledger.ByDepartment:  "department",
	ledger.ByApplication: "application",
	ledger.ByTeam:        "team",
	ledger.ByCostCenter:  "cost_center",
	ledger.ByEnvironment: "environment",
	ledger.ByProvider:    "provider",
	ledger.ByOperation:   "operation",
	ledger.ByWorkflow:    "workflow",
	ledger.ByAgent:       "agent",
	ledger.ByStep:        "step",
	ledger.ByService:     "service",
	ledger.ByStatus:      "if(is_error, 'error', 'ok')",
	ledger.ByErrorType:   "error_type",
	ledger.ByCostStatus:  "cost_status",
	ledger.ByCostReason:  "cost_reason",
	ledger.ByDialect:     "dialect",

	ledger.ByConversation: "conversation_id",
	ledger.ByRequestModel: "request_model",

	ledger.ByPromptName:    "prompt_name",
	ledger.ByPromptVersion: "prompt_version",
	ledger.ByPurpose:       "purpose",
}

// Column is the column of calls that a dimension is; empty for one that is an expression or none.
func Column(d ledger.Dimension) string { return columns[d] }

// timeFormats are the dimensions that are formats of the local time.
var timeFormats = map[ledger.Dimension]string{
	ledger.ByDay:        "%Y-%m-%d",
	ledger.ByHour:       "%Y-%m-%dT%H",
	ledger.ByMonth:      "%Y-%m",
	ledger.ByHourOfWeek: "%u-%H",
}

// source holds what rows are read from: the expressions that differ between the
// tables of one store.
type source struct {
	view  string // of a rollup
	time  string // the instant of a row
	model string
}

var (
	calls = source{time: "start_time", model: "if(response_model = '', request_model, response_model)"}
	logs  = source{time: "time", model: "model"}
)

// Selection holds what is asked for, as expressions.
type Selection struct {
	Dimensions []string
	Conditions []string
}

// builder says what is asked of a source.
type builder struct {
	Dialect
	source
	zone    []ledger.ZoneSegment
	aliases map[string]string // of models
}

// named gives models their other names.
func (b *builder) named(model string) string {
	if len(b.aliases) == 0 {
		return model
	}
	var cases strings.Builder
	for _, name := range slices.Sorted(maps.Keys(b.aliases)) {
		fmt.Fprintf(&cases, " WHEN %s = %s THEN %s", model, b.Bind(name), b.Bind(b.aliases[name]))
	}
	return "CASE" + cases.String() + " ELSE " + model + " END"
}

// selection binds the dimensions, then the conditions.
func (b *builder) selection(q ledger.Query) (selected Selection, err error) {
	for _, d := range q.By {
		expression, err := b.dimension(d)
		if err != nil {
			return Selection{}, err
		}
		selected.Dimensions = append(selected.Dimensions, expression)
	}
	selected.Conditions = b.Period(b.time, q.From, q.Until)
	for _, c := range q.Where {
		condition, err := b.condition(c)
		if err != nil {
			return Selection{}, err
		}
		selected.Conditions = append(selected.Conditions, condition)
	}
	return selected, nil
}

func (b *builder) dimension(d ledger.Dimension) (string, error) {
	if key, ok := d.Tag(); ok {
		return b.Tag(b.Bind(key)), nil
	}
	if d == ledger.ByModel {
		return b.named(b.model), nil
	}
	if column, ok := columns[d]; ok {
		return column, nil
	}
	if format, ok := timeFormats[d]; ok {
		return b.LocalTime(b.time, b.zone, format), nil
	}
	return "", &ledger.QueryError{Field: "By", Value: string(d), Reason: "not a dimension of this store"}
}

func (b *builder) condition(c ledger.Condition) (string, error) {
	expression, err := b.dimension(c.Dimension)
	if err != nil {
		return "", err
	}
	if len(c.Values) == 0 {
		if c.Not {
			return "true", nil
		}
		return "false", nil
	}
	marks := make([]string, len(c.Values))
	for i, v := range c.Values {
		marks[i] = b.Bind(v)
	}
	operator := " IN ("
	if c.Not {
		operator = " NOT IN ("
	}
	return expression + operator + strings.Join(marks, ", ") + ")", nil
}
