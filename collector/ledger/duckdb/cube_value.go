package duckdb

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// valueOf reads the value of a call by a dimension of a cube, as the statements do.
var valueOf = func() map[ledger.Dimension]func(*ledger.Call) string {
	values := map[ledger.Dimension]func(*ledger.Call) string{
		ledger.ByModel: func(c *ledger.Call) string {
			if c.ResponseModel == "" {
				return c.RequestModel
			}
			return c.ResponseModel
		},
		ledger.ByStatus: func(c *ledger.Call) string {
			if c.Error {
				return "error"
			}
			return "ok"
		},
	}
	texts := map[string]func(*ledger.Call) *string{}
	for _, column := range columns.Calls(textColumns) {
		texts[column.name] = column.of
	}
	for _, l := range []*layout{&fewValues, &users} {
		for _, d := range l.dimensions {
			if of := texts[sqlbuild.Column(d)]; of != nil {
				values[d] = func(c *ledger.Call) string { return *of(c) }
			}
		}
	}
	return values
}()

// textColumn is a column of calls; of is nil where it is not a text.
type textColumn struct {
	name string
	of   func(*ledger.Call) *string
}

var textColumns = columns.Kinds[ledger.Call, textColumn]{
	Text: func(name string, of func(*ledger.Call) *string) textColumn { return textColumn{name, of} },
	Word: func(name string, of func(*ledger.Call) *string) textColumn { return textColumn{name, of} },

	TraceID:  noText[*ledger.TraceID],
	SpanID:   noText[*ledger.SpanID],
	SpanIDs:  noText[*[]ledger.SpanID],
	Instant:  noText[*time.Time],
	Duration: noText[*time.Duration],
	Texts:    noText[*[]string],
	Tags:     noText[*map[string]string],
	Flag:     noText[*bool],
	Small:    noText[*int],
	Number:   noText[*int],
	Count:    noText[*int64],
	Amount:   noText[**udecimal.Decimal],
	Bill:     noText[*ledger.Bill],
}

func noText[F any](name string, _ func(*ledger.Call) F) textColumn { return textColumn{name: name} }
