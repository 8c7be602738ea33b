package duckdb

import (
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// layout names the dimensions of a cube.
type layout struct {
	dimensions []ledger.Dimension // at most maxCubeDimensions, less one for userKnown
	userKnown  bool               // whether a call has a user is the last place of a key
	maxRows    int                // of a question; 0 = any number
}

const (
	maxCubeDimensions = 19

	knownUser = "known"
	userKnown = "if(user_id = '', '', '" + knownUser + "')"
)

var (
	fewValues = layout{dimensions: []ledger.Dimension{
		ledger.ByDepartment, ledger.ByApplication, ledger.ByTeam, ledger.ByCostCenter, ledger.ByEnvironment,
		ledger.ByWorkflow, ledger.ByAgent, ledger.ByService, ledger.ByProvider, ledger.ByModel, ledger.ByOperation,
		ledger.ByCostStatus, ledger.ByStatus, ledger.ByErrorType, ledger.ByCostReason, ledger.ByDialect,
		ledger.ByRequestModel, ledger.ByPurpose,
	}, userKnown: true}

	// users has a row a user and piece: where there are many users, DuckDB sums up long
	// periods faster.
	users = layout{dimensions: []ledger.Dimension{ledger.ByUser, ledger.ByStatus}, maxRows: maxCubeRows}
)

// place of a dimension in the key of a row; -1 of one that it does not have.
func (l *layout) place(d ledger.Dimension) int {
	if d == ledger.ByUser && l.userKnown {
		return len(l.dimensions)
	}
	return slices.Index(l.dimensions, d)
}

// places are how many a key has.
func (l *layout) places() int {
	if l.userKnown {
		return len(l.dimensions) + 1
	}
	return len(l.dimensions)
}

// timeLabels name the local time of a piece, as the dimension does.
var timeLabels = map[ledger.Dimension]func(time.Time) string{
	ledger.ByDay:   func(t time.Time) string { return t.Format(time.DateOnly) },
	ledger.ByMonth: func(t time.Time) string { return t.Format("2006-01") },
	ledger.ByHour:  func(t time.Time) string { return t.Format("2006-01-02T15") },
	ledger.ByHourOfWeek: func(t time.Time) string {
		const sunday = "7"
		weekday := sunday
		if t.Weekday() != time.Sunday {
			weekday = string('0' + rune(t.Weekday()))
		}
		return weekday + "-" + t.Format("15")
	},
}

// Most pieces of one question: more are summed up by DuckDB faster.
const (
	maxCubeDays  = 400
	maxCubeHours = 200
)

// answers says whether a cube has what is asked for.
func (l *layout) answers(q *ledger.Query) bool {
	if q.From.IsZero() || q.Until.IsZero() {
		return false
	}
	for _, d := range q.By {
		if timeLabels[d] == nil && !slices.Contains(l.dimensions, d) {
			return false
		}
	}
	for _, c := range q.Where {
		if l.userKnown && asksForUser(&c) {
			continue
		}
		if !slices.Contains(l.dimensions, c.Dimension) {
			return false
		}
	}
	return true
}

// asksForUser is a condition on whether a call has a user.
func asksForUser(c *ledger.Condition) bool {
	return c.Dimension == ledger.ByUser && len(c.Values) == 1 && c.Values[0] == ""
}

// want is a stretch that is asked for.
type want struct {
	stretch
	hour stretch // that begins with it, where the period ends before it does
}

// cut divides the period of a question into pieces: days and hours of its zone, and what
// is left at the ends. Nil where they are too many.
func cut(q *ledger.Query) []want {
	length := day
	for _, d := range q.By {
		if d == ledger.ByHour || d == ledger.ByHourOfWeek {
			length = time.Hour
		}
	}
	from, until := boundedNanos(q.From), boundedNanos(q.Until)
	if days := (until - from) / int64(day); days > maxCubeDays || length == time.Hour && days*24 > maxCubeHours {
		return nil
	}
	var pieces []want
	for _, segment := range ledger.ZoneSegments(q.Zone, q.From, q.Until) {
		end := until
		if !segment.Until.IsZero() {
			end = min(until, segment.Until.UnixNano())
		}
		pieces = cutSegment(pieces, stretch{from, end}, int64(segment.Offset), int64(length))
		from = max(from, end)
	}
	return pieces
}

// cutSegment cuts a time in which the zone keeps one offset.
func cutSegment(pieces []want, s stretch, offset, longest int64) []want {
	const hour = int64(time.Hour)
	next := func(t, unit int64) int64 { // the first whole unit that begins at t or later
		local := t + offset
		if over := local - floor(local, unit); over > 0 {
			return t + unit - over
		}
		return t
	}
	for at := s.from; at < s.until; {
		until := min(next(at+1, hour), s.until) // to the next hour
		if next(at, longest) == at && at+longest <= s.until {
			until = at + longest
		}
		w := want{stretch: stretch{at, until}}
		if next(at, hour) == at && until < at+hour {
			w.hour = stretch{at, at + hour}
		}
		pieces = append(pieces, w)
		at = until
	}
	return pieces
}

// floor is the largest multiple of a unit that is not above t.
func floor(t, unit int64) int64 {
	down := t - t%unit
	if t%unit < 0 {
		down -= unit
	}
	return down
}
