package clickhouse

import (
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// billColumns are three columns of one field, in this order: the bills that are kept
// as text; the rates and the quantities of the others. Quantities are left out where
// they are counts that the call has anyway, which most are. The view llm_calls puts
// a bill together in SQL.
func billColumns() []column[ledger.Call] {
	q := &quantityColumn{columnBase: columnBase{title: "cost_quantities"}}
	q.values = proto.NewArray[int64](&q.flat)
	rates := new(string)
	q.rates = &rateColumn{word: word("cost_rates", func(*ledger.Call) *string { return rates }).(*wordColumn[ledger.Call])}
	t := &itemColumn{columnBase: columnBase{title: "cost_line_items"}, quantities: q}
	return []column[ledger.Call]{t, q.rates, q}
}

// itemColumn fills all three on the way in.
type itemColumn struct {
	columnBase
	values     proto.ColStr
	quantities *quantityColumn
}

func (c *itemColumn) data() proto.Column { return &c.values }
func (c *itemColumn) reset()             { c.values.Reset(); c.used = false }
func (c *itemColumn) append(calls []ledger.Call) {
	for i := range calls {
		rates, quantities, text := calls[i].Cost.Bill.Split()
		c.used = c.used || text != ""
		c.values.Append(text)
		c.quantities.put(rates, quantities, &calls[i].Usage)
	}
}

// read takes the text, which is empty where quantityColumn makes the bill.
func (c *itemColumn) read(i int, call *ledger.Call) {
	call.Cost.Bill = ledger.ReadBill(c.values.Row(i))
}

// rateColumn is filled by itemColumn, and is read for quantityColumn.
type rateColumn struct {
	word  *wordColumn[ledger.Call]
	texts []string // of the rows of the block that is read
}

func (c *rateColumn) name() string           { return c.word.name() }
func (c *rateColumn) data() proto.Column     { return c.word.data() }
func (c *rateColumn) unused() bool           { return c.word.unused() }
func (c *rateColumn) reset()                 { c.word.reset(); c.texts = nil }
func (c *rateColumn) append([]ledger.Call)   {}
func (c *rateColumn) read(int, *ledger.Call) {}

func (c *rateColumn) appendField(buf []byte, n int, _ *ledger.Call) []byte {
	return append(buf, c.word.words.RowBytes(int(c.word.wire.Keys16[n]))...)
}

func (c *rateColumn) readField(n int, text string, _ *ledger.Call) {
	c.texts = append(c.texts[:n], text)
}

// quantityColumn makes the bill on the way out: it is read last, when the usage of
// the row is there.
type quantityColumn struct {
	columnBase
	flat   proto.ColInt64
	values *proto.ColArr[int64]
	rates  *rateColumn
}

func (c *quantityColumn) data() proto.Column   { return c.values }
func (c *quantityColumn) reset()               { c.values.Reset(); c.used = false }
func (c *quantityColumn) append([]ledger.Call) {}

// put adds a row: no rates, no bill but as text.
func (c *quantityColumn) put(rates *ledger.Rates, quantities []int64, used *usage.Counts) {
	text := ""
	if rates != nil {
		text = rates.Text
		for i := range rates.Lines {
			if n, known := quantityOf(rates.Lines[i].Kind, used); !known || n != quantities[i] {
				c.flat = append(c.flat, quantities...)
				c.used = true
				break
			}
		}
	}
	c.rates.word.put(text)
	c.values.Offsets = append(c.values.Offsets, uint64(len(c.flat)))
}

func (c *quantityColumn) read(i int, call *ledger.Call) {
	text := c.rates.texts[i]
	if text == "" {
		return
	}
	rates := ledger.ReadRates(text)
	if rates == nil {
		return // never written
	}
	quantities := c.values.Row(i)
	if len(quantities) == 0 {
		for i := range rates.Lines {
			n, _ := quantityOf(rates.Lines[i].Kind, &call.Usage)
			quantities = append(quantities, n)
		}
	}
	call.Cost.Bill = rates.Bill(quantities)
}

// quantityOf returns what the usage of a call says of a kind, where its other counts
// leave no doubt. The view llm_calls says the same.
func quantityOf(kind string, u *usage.Counts) (n int64, known bool) {
	switch kind {
	case "input":
		return u[usage.Input] - u[usage.CacheRead] - u[usage.CacheWrite], true
	case "cache_read":
		return u[usage.CacheRead], true
	case "output":
		return u[usage.Output], true
	}
	return 0, false
}
