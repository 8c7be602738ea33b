package clickhouse

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// rowKey holds what makes two rows the same row.
type rowKey struct {
	day   int64 // days since 1970, of the start
	trace ledger.TraceID
	span  ledger.SpanID
}

const day = 24 * time.Hour

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

// version is a stored version of a row.
type version struct {
	settle.Node
	number int64
}

// newest keeps the highest version of each row, and reports whether that left a choice
// between versions that are not the same.
func newest(versions []version) (nodes []settle.Node, tied bool) {
	at := make(map[rowKey]int, len(versions))
	ties := make(map[rowKey]bool)
	kept := versions[:0]
	for _, v := range versions {
		key := rowKey{dayOf(v.Start), v.Trace, v.Span}
		i, known := at[key]
		if !known {
			at[key] = len(kept)
			kept = append(kept, v)
			continue
		}
		switch have := kept[i]; {
		case v.number > have.number:
			kept[i] = v
			delete(ties, key)
		case v == have:
		case v.number == have.number:
			ties[key] = true
		}
	}
	nodes = make([]settle.Node, len(kept))
	for i := range kept {
		nodes[i] = kept[i].Node
	}
	return nodes, len(ties) > 0
}
