package clickhouse

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

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

// builder collects the expressions of a query and the values bound to them.
type builder struct {
	source
	zone       []ledger.ZoneSegment
	parameters []proto.Parameter
}

// bind adds a text and returns its placeholder.
func (b *builder) bind(value string) string {
	name := "p" + strconv.Itoa(len(b.parameters))
	b.parameters = append(b.parameters, parameter(name, value))
	return "{" + name + ":String}"
}

// bindTime adds an instant and returns an expression to compare with it.
func (b *builder) bindTime(t time.Time) string {
	name := "p" + strconv.Itoa(len(b.parameters))
	b.parameters = append(b.parameters, parameter(name, strconv.FormatInt(t.UnixNano(), 10)))
	return "fromUnixTimestamp64Nano({" + name + ":Int64}, 'UTC')"
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
		return "tags[" + b.bind(key) + "]", nil
	}
	if d == ledger.ByModel {
		return b.model, nil
	}
	if expression, ok := dimensions[d]; ok {
		return expression, nil
	}
	if format, ok := timeDimensions[d]; ok {
		return "formatDateTime(" + b.localTime() + ", '" + format + "', 'UTC')", nil
	}
	return "", &ledger.QueryError{Field: "By", Value: string(d), Reason: "not a dimension of this store"}
}

// localTime is the time of a row moved by the offset in force. The integers are
// written out: they come from the zone database, not from the caller.
func (b *builder) localTime() string {
	last := len(b.zone) - 1
	if last == 0 {
		return fmt.Sprintf("addSeconds(%s, %d)", b.time, int64(b.zone[0].Offset.Seconds()))
	}
	var offset strings.Builder
	for _, segment := range b.zone[:last] {
		fmt.Fprintf(&offset, "%s < fromUnixTimestamp64Nano(%d, 'UTC'), %d, ", b.time, segment.Until.UnixNano(), int64(segment.Offset.Seconds()))
	}
	return fmt.Sprintf("addSeconds(%s, multiIf(%s%d))", b.time, offset.String(), int64(b.zone[last].Offset.Seconds()))
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

// period bounds the time of a row; a zero bound is none. The day is bounded as well,
// because the key begins with it.
func (b *builder) period(from, until time.Time) []string {
	var conditions []string
	if !from.IsZero() {
		from = latest(from, ledger.EarliestStart)
		at := b.bindTime(from)
		conditions = append(conditions, b.time+" >= "+at, "toDate("+b.time+") >= toDate("+at+")")
	}
	if !until.IsZero() {
		if until.After(ledger.LatestStart) {
			until = ledger.LatestStart
		}
		at := b.bindTime(latest(until, ledger.EarliestStart))
		conditions = append(conditions, b.time+" < "+at, "toDate("+b.time+") <= toDate("+at+")")
	}
	return conditions
}

// latest keeps what no row can start before inside the range of a Date.
func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
