package wire

import (
	"errors"
	"fmt"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/ledger"
)

// Item holds what one export brings into the queue.
type Item struct {
	Calls []ledger.Call
	Spans []ledger.AgentSpan
	// Results are evaluations and outcomes.
	Results []ledger.Result `json:",omitempty"`
	// Letters are lines of the dead-letter file that are still to be written.
	Letters []string
	// Checked says that the rows would pass their Check. It is not encoded: what wrote an
	// item may have had other limits.
	Checked bool `json:"-"`
	// Memory is where the calls are, unless they are alone. It is not encoded.
	Memory *callmemory.Block `json:"-"`
}

const version = 9

var magic = [...]byte{0, 'L'}

// IsRows reports whether an item of the queue holds rows, of any version,
// rather than OTLP.
func IsRows(item []byte) bool {
	return len(item) >= len(magic) && [len(magic)]byte(item) == magic
}

// VersionError reports an item that a newer binary wrote.
type VersionError struct{ Have byte }

func (e *VersionError) Error() string {
	return fmt.Sprintf("queue item is of version %d, this binary knows %d: run a newer spanledger", e.Have, version)
}

var (
	errNotRows = errors.New("queue item: has no rows")
	errCut     = errors.New("queue item: is truncated or damaged")
)

// Append appends the encoded item. Its amounts must have passed the rows' Check.
func Append(dst []byte, item *Item) ([]byte, error) {
	x := coder{encoder: encoder{buf: append(dst, magic[0], magic[1], version)}}
	e := &x.encoder
	calls, spans, letters, results := len(item.Calls), len(item.Spans), len(item.Letters), len(item.Results)
	e.small(&calls)
	e.small(&spans)
	e.small(&letters)
	e.small(&results)
	var w words
	for i := range item.Calls {
		callFields(&x, &w, &item.Calls[i], version)
	}
	for i := range item.Spans {
		spanFields(&x, &w, &item.Spans[i])
	}
	for i := range item.Letters {
		e.text(&item.Letters[i])
	}
	for i := range item.Results {
		resultFields(&x, &w, &item.Results[i])
	}
	return e.buf, e.err
}

// Decode reads an item that Append has made. The texts of the rows share one
// copy of data.
func Decode(data []byte) (item Item, err error) {
	if !IsRows(data) || len(data) == len(magic) {
		return item, errNotRows
	}
	have := data[len(magic)]
	if have < 1 || have > version {
		return item, &VersionError{Have: have}
	}
	x := coder{reading: true, decoder: decoder{rest: string(data[len(magic)+1:])}}
	d := &x.decoder
	var calls, spans, letters, results int
	d.small(&calls)
	d.small(&spans)
	d.small(&letters)
	if have >= 7 {
		d.small(&results)
	}
	// What is counted takes room, so that a damaged number cannot ask for more
	// memory than the item is worth.
	if d.failed || calls > len(d.rest)/minRow || spans > len(d.rest)/minRow || letters > len(d.rest) || results > len(d.rest)/minRow {
		return item, errCut
	}
	var w words
	if calls > 0 {
		memory := callmemory.New(calls)
		item.Calls = memory.Calls()[:calls]
		item.Memory = memory.Holds(item.Calls)
	}
	for i := range item.Calls {
		callFields(&x, &w, &item.Calls[i], have)
	}
	if spans > 0 {
		item.Spans = make([]ledger.AgentSpan, spans)
	}
	for i := range item.Spans {
		spanFields(&x, &w, &item.Spans[i])
	}
	if letters > 0 {
		item.Letters = make([]string, letters)
	}
	for i := range item.Letters {
		d.text(&item.Letters[i])
	}
	if results > 0 {
		item.Results = make([]ledger.Result, results)
	}
	for i := range item.Results {
		resultFields(&x, &w, &item.Results[i])
	}
	if d.failed || d.rest != "" {
		return Item{}, errCut
	}
	return item, nil
}
