package clickhouse

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// rowKey holds what makes two rows the same row.
type rowKey struct {
	day   int64 // days since 1970, of the start
	trace ledger.TraceID
	span  ledger.SpanID
}

const day = 24 * time.Hour

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

// newest keeps the row with the highest version of each key, and reports whether
// that left a choice between rows that are not the same.
func newest[T any](rows []T, identify func(*T) (rowKey, int64), same func(a, b *T) bool) (kept []T, tied bool) {
	at := make(map[rowKey]int, len(rows))
	ties := make(map[rowKey]bool)
	kept = rows[:0]
	for i := range rows {
		key, version := identify(&rows[i])
		j, known := at[key]
		if !known {
			at[key] = len(kept)
			kept = append(kept, rows[i])
			continue
		}
		switch _, have := identify(&kept[j]); {
		case version > have:
			kept[j] = rows[i]
			delete(ties, key)
		case version == have && !same(&kept[j], &rows[i]):
			ties[key] = true
		}
	}
	return kept, len(ties) > 0
}
