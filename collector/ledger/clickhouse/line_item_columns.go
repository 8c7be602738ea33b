package clickhouse

import (
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// lineItemColumns are three columns of one field, in this order: the bills that
// cannot be taken apart, as they are; the rates and the quantities of the others.
func lineItemColumns() []column[ledger.Call] {
	q := &quantityColumn{columnBase: columnBase{title: "cost_quantities"}}
	q.values = proto.NewArray[int64](&q.flat)
	rates := new(string)
	r := &rateColumn{word: word("cost_rates", func(*ledger.Call) *string { return rates }).(*wordColumn[ledger.Call])}
	t := &itemColumn{columnBase: columnBase{title: "cost_line_items"}, rates: r, quantities: q}
	q.rates, q.items = r, &t.items
	return []column[ledger.Call]{t, r, q}
}

// itemColumn fills all three on the way in.
type itemColumn struct {
	columnBase
	values proto.ColStr

	items      lineItems
	rates      *rateColumn
	quantities *quantityColumn
}

func (c *itemColumn) data() proto.Column { return &c.values }
func (c *itemColumn) reset()             { c.values.Reset(); c.used = false }
func (c *itemColumn) append(rows []ledger.Call) {
	for i := range rows {
		text := rows[i].Cost.LineItems
		var rates string
		if text != "" {
			var ok bool
			if rates, c.quantities.flat, ok = c.items.split(text, &rows[i].Usage, c.quantities.flat); ok {
				text = ""
			}
		}
		c.used = c.used || text != ""
		c.values.Append(text)
		c.rates.word.put(rates)
		c.quantities.end()
	}
}
func (c *itemColumn) read(i int, row *ledger.Call) { row.Cost.LineItems = c.values.Row(i) }

// rateColumn is filled by itemColumn and read by quantityColumn.
type rateColumn struct{ word *wordColumn[ledger.Call] }

func (c *rateColumn) name() string           { return c.word.name() }
func (c *rateColumn) data() proto.Column     { return c.word.data() }
func (c *rateColumn) unused() bool           { return c.word.unused() }
func (c *rateColumn) reset()                 { c.word.reset() }
func (c *rateColumn) append([]ledger.Call)   {}
func (c *rateColumn) read(int, *ledger.Call) {}

func (c *rateColumn) appendField(buf []byte, n int, _ *ledger.Call) []byte {
	return append(buf, c.word.words.RowBytes(int(c.word.wire.Keys16[n]))...)
}

// quantityColumn puts the bill together on the way out: it is read last, when
// the usage of the row is there.
type quantityColumn struct {
	columnBase
	flat   proto.ColInt64
	values *proto.ColArr[int64]

	rates *rateColumn
	items *lineItems
}

func (c *quantityColumn) data() proto.Column   { return c.values }
func (c *quantityColumn) reset()               { c.values.Reset(); c.used = false }
func (c *quantityColumn) append([]ledger.Call) {}

// end closes a row, whose quantities are in flat.
func (c *quantityColumn) end() {
	c.used = c.used || len(c.flat) > 0
	c.values.Offsets = append(c.values.Offsets, uint64(len(c.flat)))
}

func (c *quantityColumn) read(i int, row *ledger.Call) {
	rates := c.rates.word.row(i)
	if rates == "" {
		return
	}
	var from uint64
	if i > 0 {
		from = c.values.Offsets[i-1]
	}
	row.Cost.LineItems = c.items.join(rates, c.flat[from:c.values.Offsets[i]:c.values.Offsets[i]], &row.Usage)
}
