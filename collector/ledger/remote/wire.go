package remote

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Paths of the protocol.
const (
	aggregatePath = "/v1/ledger/aggregate"
	tracesPath    = "/v1/ledger/traces"
)

// query is ledger.Query on the wire: a zone travels by its IANA name.
type query struct {
	From  time.Time          `json:"from"`
	Until time.Time          `json:"until"`
	Zone  string             `json:"zone,omitempty"`
	By    []ledger.Dimension `json:"by,omitempty"`
	Where []ledger.Condition `json:"where,omitempty"`
	Limit int                `json:"limit,omitempty"`
}

// queryOf refuses a zone that has no name the server could know it by.
func queryOf(q ledger.Query) (query, error) {
	out := query{From: q.From, Until: q.Until, By: q.By, Where: q.Where, Limit: q.Limit}
	if q.Zone == nil {
		return out, nil
	}
	out.Zone = q.Zone.String()
	if _, err := time.LoadLocation(out.Zone); err != nil || q.Zone == time.Local {
		return query{}, fmt.Errorf("zone %q means nothing to another machine: use an IANA name such as Europe/Berlin", out.Zone)
	}
	return out, nil
}

func (q query) ledger() (ledger.Query, error) {
	zone, err := time.LoadLocation(q.Zone)
	if err != nil {
		return ledger.Query{}, fmt.Errorf("zone %q: %w", q.Zone, err)
	}
	return ledger.Query{From: q.From, Until: q.Until, Zone: zone, By: q.By, Where: q.Where, Limit: q.Limit}, nil
}

// traceQuery is ledger.TraceQuery on the wire.
type traceQuery struct {
	From  time.Time         `json:"from"`
	Until time.Time         `json:"until"`
	Agent string            `json:"agent,omitempty"`
	User  string            `json:"user,omitempty"`
	Order ledger.TraceOrder `json:"order,omitempty"`
	Limit int               `json:"limit,omitempty"`
}

type groupsAnswer struct {
	Groups []ledger.Group `json:"groups"`
}

type tracesAnswer struct {
	Traces []ledger.TraceSummary `json:"traces"`
}

// problem is what every refusal holds.
type problem struct {
	Error string `json:"error"`
}
