package duckdb

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// dimensions is what each dimension is in SQL. The time dimensions are formats
// of the local time of Query.Zone.
var dimensions = map[ledger.Dimension]string{
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
}

var timeDimensions = map[ledger.Dimension]string{
	ledger.ByDay:        "%Y-%m-%d",
	ledger.ByHour:       "%Y-%m-%dT%H",
	ledger.ByMonth:      "%Y-%m",
	ledger.ByHourOfWeek: "%u-%H",
}

// source is where a query finds its rows.
type source struct {
	view  string // "" for the calls
	time  string // the instant of a row
	model string
}

// detail is the calls themselves.
var detail = source{time: "start_time", model: "if(response_model = '', request_model, response_model)"}

// builder collects the expressions of a query and the values bound to them, in
// the order of their placeholders.
type builder struct {
	source
	zone []ledger.ZoneSegment
	args []any
}

// bind adds a value and returns its placeholder.
func (b *builder) bind(value any) string {
	b.args = append(b.args, value)
	return "?"
}

// selection is what is asked for, as expressions.
type selection struct {
	Dimensions []string
	Conditions []string
}

// selection binds what is asked for: the dimensions, then the conditions.
func (b *builder) selection(q ledger.Query) (selected selection, err error) {
	for _, d := range q.By {
		expression, err := b.dimension(d)
		if err != nil {
			return selection{}, err
		}
		selected.Dimensions = append(selected.Dimensions, expression)
	}
	selected.Conditions = b.period(q.From, q.Until)
	for _, c := range q.Where {
		condition, err := b.condition(c)
		if err != nil {
			return selection{}, err
		}
		selected.Conditions = append(selected.Conditions, condition)
	}
	return selected, nil
}

func (b *builder) dimension(d ledger.Dimension) (string, error) {
	if key, ok := d.Tag(); ok {
		return "coalesce(tags[" + b.bind(key) + "], '')", nil
	}
	if d == ledger.ByModel {
		return b.model, nil
	}
	if expression, ok := dimensions[d]; ok {
		return expression, nil
	}
	if format, ok := timeDimensions[d]; ok {
		return "strftime(" + b.localTime() + ", '" + format + "')", nil
	}
	return "", &ledger.QueryError{Field: "By", Value: string(d), Reason: "not a dimension of this store"}
}

// localTime is the time of a row moved by the offset in force. The integers are
// written out: they come from the zone database, not from the caller.
func (b *builder) localTime() string {
	var offset strings.Builder
	for _, segment := range b.zone {
		if segment.Until.IsZero() {
			if offset.Len() == 0 {
				fmt.Fprintf(&offset, "%d", segment.Offset.Microseconds())
			} else {
				fmt.Fprintf(&offset, "ELSE %d END", segment.Offset.Microseconds())
			}
			continue
		}
		if offset.Len() == 0 {
			offset.WriteString("CASE ")
		}
		fmt.Fprintf(&offset, "WHEN epoch_ns(%s) < %d THEN %d ", b.time, segment.Until.UnixNano(), segment.Offset.Microseconds())
	}
	return "make_timestamp(epoch_ns(" + b.time + ") // 1000 + (" + offset.String() + "))"
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
		marks[i] = b.bind(v)
	}
	operator := " IN ("
	if c.Not {
		operator = " NOT IN ("
	}
	return expression + operator + strings.Join(marks, ", ") + ")", nil
}

// period bounds the time of a row; a zero bound is none.
func (b *builder) period(from, until time.Time) []string {
	var conditions []string
	if !from.IsZero() {
		conditions = append(conditions, b.time+" >= make_timestamp_ns("+b.bind(from.UnixNano())+")")
	}
	if !until.IsZero() {
		conditions = append(conditions, b.time+" < make_timestamp_ns("+b.bind(until.UnixNano())+")")
	}
	return conditions
}
