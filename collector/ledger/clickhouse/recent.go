package clickhouse

import "time"

// recentStretches are the ends of a period in which the newest rows are looked for: each
// much longer than the one before, so that those that were too short cost little.
var recentStretches = []time.Duration{time.Hour, day, 8 * day}

// recentFirst asks for a list, newest first, of longer and longer ends of a period, until one
// has as many rows as are asked for: all of them start later than any other row.
func recentFirst[T any](from, until time.Time, limit int, ask func(from time.Time) ([]T, error)) ([]T, error) {
	end := time.Now()
	if !until.IsZero() && until.Before(end) {
		end = until
	}
	for _, length := range recentStretches {
		start := end.Add(-length)
		if !from.Before(start) {
			break
		}
		if found, err := ask(start); err != nil || len(found) >= limit {
			return found, err
		}
	}
	return ask(from)
}
