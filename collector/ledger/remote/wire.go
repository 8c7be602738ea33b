package remote

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Root is where the paths of the protocol begin.
const Root = "/v1/ledger/"

// Paths of the protocol.
const (
	tracesPath = Root + "traces"
	exportPath = Root + "export"
	wastePath  = Root + "waste"

	cacheMissesPath = Root + "cache_misses"
)

// Parameters of ledger.FoldQuery.
const (
	maxSpansParameter = "max_spans"
	spanParameter     = "span"
)

// listPath is the path of a question whose answer is a list under a name.
type listPath struct{ path, name string }

var (
	groupList        = listPath{Root + "aggregate", "groups"}
	keptList         = listPath{Root + "kept_sums", "groups"}
	traceList        = listPath{tracesPath, "traces"}
	logList          = listPath{Root + "logs", "logs"}
	prefixList       = listPath{Root + "prefixes", "prefixes"}
	contextList      = listPath{Root + "contexts", "contexts"}
	resultList       = listPath{Root + "results", "results"}
	callList         = listPath{Root + "calls", "calls"}
	conversationList = listPath{Root + "conversations", "conversations"}
)

// listAnswer is the answer to the question of a listPath. Reading it ignores what else a
// newer collector says.
type listAnswer[T any] struct {
	name  string
	items []T
}

func (l listAnswer[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string][]T{l.name: l.items})
}

func (l *listAnswer[T]) UnmarshalJSON(data []byte) error {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(data, &answer); err != nil || answer[l.name] == nil {
		return err
	}
	return json.Unmarshal(answer[l.name], &l.items)
}

// query is ledger.Query on the wire: a zone travels by its IANA name.
type query struct {
	From  time.Time          `json:"from"`
	Until time.Time          `json:"until"`
	Zone  string             `json:"zone,omitempty"`
	By    []ledger.Dimension `json:"by,omitempty"`
	Where []ledger.Condition `json:"where,omitempty"`
	Limit int                `json:"limit,omitempty"`

	TotalsOnly   bool              `json:"totals_only,omitempty"`
	CallsOnly    bool              `json:"calls_only,omitempty"`
	ModelAliases map[string]string `json:"model_aliases,omitempty"`
}

// queryOf refuses a zone that the server could not know.
func queryOf(q ledger.Query) (query, error) {
	zone, err := zoneName(q.Zone)
	if err != nil {
		return query{}, err
	}
	return query{
		From: q.From, Until: q.Until, Zone: zone, By: q.By, Where: q.Where, Limit: q.Limit,
		TotalsOnly: q.TotalsOnly, CallsOnly: q.CallsOnly, ModelAliases: q.ModelAliases,
	}, nil
}

// zoneLayout writes a zone of one offset, such as "-07:30:00".
const zoneLayout = "-07:00:00"

// zoneName is the IANA name of a zone, or the offset of one that never changes
// its clocks.
func zoneName(zone *time.Location) (string, error) {
	if zone == nil {
		return "", nil
	}
	if begin, end := time.Unix(0, 0).In(zone).ZoneBounds(); begin.IsZero() && end.IsZero() {
		return time.Unix(0, 0).In(zone).Format(zoneLayout), nil
	}
	name := zone.String()
	if _, err := time.LoadLocation(name); err != nil || zone == time.Local {
		return "", fmt.Errorf("zone %q is not known to other machines: use an IANA name such as Europe/Berlin", name)
	}
	return name, nil
}

func parseZone(name string) (*time.Location, error) {
	if t, err := time.Parse(zoneLayout, name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	return zone, nil
}

func (q query) ledger() (ledger.Query, error) {
	zone, err := parseZone(q.Zone)
	if err != nil {
		return ledger.Query{}, err
	}
	return ledger.Query{
		From: q.From, Until: q.Until, Zone: zone, By: q.By, Where: q.Where, Limit: q.Limit,
		TotalsOnly: q.TotalsOnly, CallsOnly: q.CallsOnly, ModelAliases: q.ModelAliases,
	}, nil
}

// prefixQuery is ledger.PrefixQuery on the wire.
type prefixQuery struct {
	Calls     query         `json:"calls"`
	Within    time.Duration `json:"within_ns"`
	MinTokens int64         `json:"min_tokens,omitempty"`
}

func (q prefixQuery) ledger() (ledger.PrefixQuery, error) {
	calls, err := q.Calls.ledger()
	return ledger.PrefixQuery{
		From: calls.From, Until: calls.Until, Zone: calls.Zone, By: calls.By, Where: calls.Where, Within: q.Within, MinTokens: q.MinTokens,
	}, err
}

// cacheQuery is ledger.CacheQuery on the wire.
type cacheQuery struct {
	Calls     query         `json:"calls"`
	Within    time.Duration `json:"within_ns"`
	MinTokens int64         `json:"min_tokens"`
	List      int           `json:"list,omitempty"`
}

func cacheQueryOf(calls query, q *ledger.CacheQuery) cacheQuery {
	return cacheQuery{Calls: calls, Within: q.Within, MinTokens: q.MinTokens, List: q.Calls}
}

func (q cacheQuery) ledger() (ledger.CacheQuery, error) {
	calls, err := q.Calls.ledger()
	return ledger.CacheQuery{
		From: calls.From, Until: calls.Until, Zone: calls.Zone, Where: calls.Where, Within: q.Within, MinTokens: q.MinTokens, Calls: q.List,
	}, err
}

// resultQuery is ledger.ResultQuery on the wire.
type resultQuery struct {
	Calls    query             `json:"calls"`
	Kind     ledger.ResultKind `json:"kind"`
	Name     string            `json:"name,omitempty"`
	PassFrom *udecimal.Decimal `json:"pass_from,omitempty"`
}

func (q resultQuery) ledger() (ledger.ResultQuery, error) {
	calls, err := q.Calls.ledger()
	return ledger.ResultQuery{
		From: calls.From, Until: calls.Until, Zone: calls.Zone, By: calls.By, Where: calls.Where, ModelAliases: calls.ModelAliases,
		Kind: q.Kind, Name: q.Name, PassFrom: q.PassFrom,
	}, err
}

// wasteQuery is ledger.WasteQuery on the wire.
type wasteQuery struct {
	cacheQuery
	Failures int `json:"failures"`
}

func (q wasteQuery) ledger() (ledger.WasteQuery, error) {
	calls, err := q.cacheQuery.ledger()
	return ledger.WasteQuery{CacheQuery: calls, Failures: q.Failures}, err
}

// contextQuery is ledger.ContextQuery on the wire.
type contextQuery struct {
	Calls query `json:"calls"`
}

func (q contextQuery) ledger() (ledger.ContextQuery, error) {
	calls, err := q.Calls.ledger()
	return ledger.ContextQuery{From: calls.From, Until: calls.Until, Zone: calls.Zone, By: calls.By, Where: calls.Where}, err
}

// traceQuery is ledger.TraceQuery on the wire.
type traceQuery struct {
	From    time.Time          `json:"from"`
	Until   time.Time          `json:"until"`
	Agent   string             `json:"agent,omitempty"`
	User    string             `json:"user,omitempty"`
	Where   []ledger.Condition `json:"where,omitempty"`
	Errors  bool               `json:"errors,omitempty"`
	MinCost *udecimal.Decimal  `json:"min_cost,omitempty"`
	Order   ledger.TraceOrder  `json:"order,omitempty"`
	Limit   int                `json:"limit,omitempty"`
	Offset  int                `json:"offset,omitempty"`
}

func (q traceQuery) ledger() (ledger.TraceQuery, error) { return ledger.TraceQuery(q), nil }

// callQuery is ledger.CallQuery on the wire.
type callQuery struct {
	Calls   query             `json:"calls"`
	Trace   ledger.TraceID    `json:"trace_id,omitzero"`
	Span    ledger.SpanID     `json:"span_id,omitzero"`
	Errors  bool              `json:"errors,omitempty"`
	MinCost *udecimal.Decimal `json:"min_cost,omitempty"`
	Order   ledger.TraceOrder `json:"order,omitempty"`
	Oldest  bool              `json:"oldest,omitempty"`
	Offset  int               `json:"offset,omitempty"`

	Unbilled bool `json:"unbilled,omitempty"`
}

func callQueryOf(calls query, q *ledger.CallQuery) callQuery {
	return callQuery{Calls: calls, Trace: q.Trace, Span: q.Span, Unbilled: q.Unbilled, Errors: q.Errors, MinCost: q.MinCost, Order: q.Order, Oldest: q.Oldest, Offset: q.Offset}
}

func (q callQuery) ledger() (ledger.CallQuery, error) {
	calls, err := q.Calls.ledger()
	return ledger.CallQuery{
		From: calls.From, Until: calls.Until, Zone: calls.Zone, Where: calls.Where, Limit: calls.Limit,
		Trace: q.Trace, Span: q.Span, Unbilled: q.Unbilled, Errors: q.Errors, MinCost: q.MinCost, Order: q.Order, Oldest: q.Oldest, Offset: q.Offset,
	}, err
}

// logQuery is ledger.LogQuery on the wire.
type logQuery struct {
	From   time.Time          `json:"from"`
	Until  time.Time          `json:"until"`
	Trace  ledger.TraceID     `json:"trace_id,omitzero"`
	Where  []ledger.Condition `json:"where,omitempty"`
	Errors bool               `json:"errors,omitempty"`
	After  *ledger.LogCursor  `json:"after,omitempty"`
	Limit  int                `json:"limit,omitempty"`
}

func (q logQuery) ledger() (ledger.LogQuery, error) { return ledger.LogQuery(q), nil }
