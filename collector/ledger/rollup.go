package ledger

import (
	"slices"
	"time"
)

// RollupDimensions are the dimensions that the rollups are kept by, in addition to time.
var RollupDimensions = []Dimension{
	ByUser, ByDepartment, ByApplication, ByTeam, ByCostCenter, ByEnvironment,
	ByWorkflow, ByAgent, ByService, ByProvider, ByModel, ByOperation, ByCostStatus,
}

// Grain is the length of a rollup's buckets, which follow UTC.
type Grain string

// Grains.
const (
	Hourly Grain = "hour"
	Daily  Grain = "day"
)

// Rollup is the coarsest rollup that answers the query to the last digit; ok is
// false where only the detail does: a dimension that is not rolled up, a period
// that cuts through an hour, a zone whose hours begin inside those of UTC.
func (q *Query) Rollup() (grain Grain, ok bool) {
	if !q.TotalsOnly {
		return "", false
	}
	dimensions := slices.Clone(q.By)
	for _, c := range q.Where {
		dimensions = append(dimensions, c.Dimension)
	}
	unit := 24 * time.Hour
	local := false
	for _, d := range dimensions {
		switch d {
		case ByHour, ByHourOfWeek:
			unit, local = time.Hour, true
		case ByDay, ByMonth:
			local = true
		default:
			if !slices.Contains(RollupDimensions, d) {
				return "", false
			}
		}
	}
	if local {
		for _, segment := range ZoneSegments(q.Zone, q.From, q.Until) {
			if segment.Offset%unit != 0 {
				unit = time.Hour
			}
			if segment.Offset%unit != 0 {
				return "", false
			}
		}
	}
	for _, bound := range []time.Time{q.From, q.Until} {
		if bound.IsZero() {
			continue
		}
		if !bound.Truncate(unit).Equal(bound) {
			unit = time.Hour
		}
		if !bound.Truncate(unit).Equal(bound) {
			return "", false
		}
	}
	if unit == time.Hour {
		return Hourly, true
	}
	return Daily, true
}
