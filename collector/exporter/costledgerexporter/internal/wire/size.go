package wire

import "github.com/spanledger/spanledger/collector/ledger"

// Of a row everything but its texts: ids, times, counts, an amount and a byte
// for each word.
const (
	callBase = 120
	spanBase = 70

	resultBase = 80
)

// quantityBytes is about what a line of a bill takes when its rates have been written
// before.
const quantityBytes = 3

// CallSize is about what a call takes in an item; words that repeat take less.
func CallSize(c *ledger.Call) int {
	_, quantities, text := c.Cost.Bill.Split()
	n := callBase + quantityBytes*len(quantities) + len(text) + len(c.User) + len(c.Application) + len(c.ConversationID) + len(c.RequestModel) +
		len(c.ResponseModel) + len(c.ResponseID) + len(c.ServerAddress)
	for k, v := range c.Tags {
		n += len(k) + len(v) + 2
	}
	return n
}

// SpanSize is about what an agent span takes in an item.
func SpanSize(s *ledger.AgentSpan) int {
	return spanBase + len(s.Name) + len(s.User) + len(s.Application) + len(s.ConversationID) + len(s.Links)*len(ledger.SpanID{})
}

// ResultSize is about what an evaluation or outcome takes in an item.
func ResultSize(r *ledger.Result) int {
	return resultBase + len(r.ResponseID) + len(r.ConversationID) + len(r.TagValue) + len(r.User)
}

// Size is about what the item takes, encoded.
func Size(item *Item) int {
	n := len(magic) + 1
	for i := range item.Calls {
		n += CallSize(&item.Calls[i])
	}
	for i := range item.Spans {
		n += SpanSize(&item.Spans[i])
	}
	for i := range item.Results {
		n += ResultSize(&item.Results[i])
	}
	for _, l := range item.Letters {
		n += len(l)
	}
	return n
}
