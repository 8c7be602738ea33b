package ledger

import "time"

// ZoneSegment is a stretch of time in which a zone keeps one offset.
type ZoneSegment struct {
	Until  time.Time     // exclusive; zero on the last segment
	Offset time.Duration // east of UTC
}

// ZoneSegments are the offsets of zone over [from, until), in order. Both
// stores are given the offsets as numbers, so that a day means the same in
// each, whatever time zone data the engine was built with.
func ZoneSegments(zone *time.Location, from, until time.Time) []ZoneSegment {
	if zone == nil {
		zone = time.UTC
	}
	if epoch := time.Unix(0, 0); from.Before(epoch) {
		from = epoch
	}
	if until.IsZero() {
		until = time.Now().AddDate(1, 0, 0)
	}
	var segments []ZoneSegment
	for at := from; ; {
		local := at.In(zone)
		_, seconds := local.Zone()
		_, end := local.ZoneBounds()
		last := end.IsZero() || !end.Before(until)
		offset := time.Duration(seconds) * time.Second
		if n := len(segments); n > 0 && segments[n-1].Offset == offset {
			segments = segments[:n-1]
		}
		if last {
			return append(segments, ZoneSegment{Offset: offset})
		}
		segments = append(segments, ZoneSegment{Until: end.UTC(), Offset: offset})
		at = end
	}
}
