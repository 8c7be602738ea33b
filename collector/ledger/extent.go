package ledger

import "time"

// Extent is the first and the last time of rows, of which there is at least one.
func Extent[T any](rows []T, at func(*T) time.Time) (first, last time.Time) {
	first = at(&rows[0])
	last = first
	for i := range rows {
		switch t := at(&rows[i]); {
		case t.Before(first):
			first = t
		case t.After(last):
			last = t
		}
	}
	return first, last
}
