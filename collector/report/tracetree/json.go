package tracetree

import (
	"encoding/json"
	"io"

	"github.com/spanledger/spanledger/collector/ledger"
)

// WriteJSON writes the whole tree, money as exact decimal strings and durations
// in nanoseconds.
func (t *Tree) WriteJSON(w io.Writer) error {
	type pointer struct {
		SpanID ledger.SpanID `json:"span_id"`
		Name   string        `json:"name"`
	}
	point := func(n *Node) *pointer {
		if n == nil {
			return nil
		}
		return &pointer{n.SpanID, n.Name}
	}
	type tree Tree // without methods
	enc := json.NewEncoder(w)
	if t.depth() <= depthLimit { // indented, a deep tree is mostly blanks
		enc.SetIndent("", "  ")
	}
	return enc.Encode(struct {
		*tree
		Slowest       *pointer `json:"slowest,omitempty"`
		MostExpensive *pointer `json:"dearest,omitempty"`
	}{(*tree)(t), point(t.Slowest), point(t.MostExpensive)})
}
