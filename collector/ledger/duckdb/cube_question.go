package duckdb

import (
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// cubeDimensions are the dimensions of the cube: those with few values. Users have a
// question of their own, whether there is one.
var cubeDimensions = [...]ledger.Dimension{
	ledger.ByDepartment, ledger.ByApplication, ledger.ByTeam, ledger.ByCostCenter, ledger.ByEnvironment,
	ledger.ByWorkflow, ledger.ByAgent, ledger.ByService, ledger.ByProvider, ledger.ByModel, ledger.ByOperation,
	ledger.ByCostStatus, ledger.ByStatus, ledger.ByErrorType, ledger.ByCostReason, ledger.ByDialect,
	ledger.ByRequestModel, ledger.ByPurpose,
}

const (
	// ofAUser is the place of the last dimension of a row, which is userKnown.
	ofAUser           = len(cubeDimensions)
	numCubeDimensions = ofAUser + 1

	userKnown = "if(user_id = '', '', 'known')"
)

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

// cubeAnswers says whether the cube has what is asked for.
func cubeAnswers(q *ledger.Query) bool {
	if q.From.IsZero() || q.Until.IsZero() {
		return false
	}
	for _, d := range q.By {
		if timeLabels[d] == nil && !slices.Contains(cubeDimensions[:], d) {
			return false
		}
	}
	for _, c := range q.Where {
		if asksForUser(&c) {
			continue
		}
		if !slices.Contains(cubeDimensions[:], c.Dimension) {
			return false
		}
	}
	return true
}

// asksForUser is a condition on whether a call has a user.
func asksForUser(c *ledger.Condition) bool {
	return c.Dimension == ledger.ByUser && len(c.Values) == 1 && c.Values[0] == ""
}

// cut divides the period of a question into pieces: days and hours of its zone, and what
// is left at the ends. Nil where they are too many.
func cut(q *ledger.Query) []stretch {
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
	var pieces []stretch
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
func cutSegment(pieces []stretch, s stretch, offset, longest int64) []stretch {
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
		pieces = append(pieces, stretch{at, until})
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
