package report

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Midnight is when a calendar day begins in a zone: the first midnight where the
// clocks are put back over it, and the first instant after it where they are put
// forward over it, so that no hour belongs to two days or to none. time.Date
// promises neither.
func Midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	t := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if noon := time.Date(year, month, day, 12, 0, 0, 0, zone); t.Day() != noon.Day() {
		_, t = t.ZoneBounds()
		return t
	}
	begin, _ := t.ZoneBounds()
	if begin.IsZero() {
		return t
	}
	_, before := begin.Add(-1).Zone()
	_, after := t.Zone()
	if earlier := t.Add(time.Duration(after-before) * time.Second); earlier.Before(begin) && earlier.Day() == t.Day() && earlier.Hour() == 0 {
		return earlier
	}
	return t
}

// Days is the period of the last n calendar days of now's zone: n-1 whole days
// and today so far.
func Days(n int, now time.Time) Period {
	year, month, day := now.Date()
	period := Period{From: Midnight(year, month, day-(n-1), now.Location()), Until: now, Zone: now.Location()}
	period.flags = "--from " + period.instant(period.From) + zoneFlag(period.Zone)
	return period
}

// ParseMonth reads a calendar month such as "2026-10".
func ParseMonth(s string, zone *time.Location) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Period{}, fmt.Errorf("month %q: expected year and month, such as 2026-10", s)
	}
	if t.Before(ledger.EarliestStart) || !t.Before(ledger.LatestStart) {
		return Period{}, fmt.Errorf("month %q: a ledger holds calls from %s to %s", s,
			ledger.EarliestStart.Format("2006-01"), ledger.LatestStart.AddDate(0, -1, 0).Format("2006-01"))
	}
	return Month(t.Year(), t.Month(), zone), nil
}

// dates lists the calendar days that the period touches.
func (p Period) dates() []string {
	zone := p.zone()
	year, month, day := p.From.In(zone).Date()
	var dates []string
	// Dates are counted in UTC, where every day has 24 hours.
	for at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); ; at = at.AddDate(0, 0, 1) {
		begin := Midnight(at.Year(), at.Month(), at.Day(), zone)
		if !begin.Before(p.Until) {
			return dates
		}
		dates = append(dates, at.Format(time.DateOnly))
	}
}

// hourOfWeek is an hour of a week that begins on Monday at midnight.
type hourOfWeek struct{ day, hour int } // day 0 = Monday

const hoursOfDay, daysOfWeek = 24, 7

var weekdays = [daysOfWeek]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

func hourOfWeekAt(local time.Time) hourOfWeek {
	return hourOfWeek{day: (int(local.Weekday()) + 6) % daysOfWeek, hour: local.Hour()}
}

// parseHour reads a value of ledger.ByHour, such as "2026-10-25T02", as if it was of UTC.
func parseHour(s string) (time.Time, error) {
	begin, err := time.Parse("2006-01-02T15", s)
	if err != nil {
		return begin, fmt.Errorf("hour %q: expected one such as 2026-10-25T02", s)
	}
	return begin, nil
}

// hourLength is how long an hour of local time lasts in a zone: mostly one hour, more where
// the clocks are put back over it, less where they are put forward within it.
func hourLength(begin time.Time, zone *time.Location) time.Duration {
	// Offsets are multiples of a quarter of an hour, between -12 h and 14 h.
	const step = 15 * time.Minute
	length := time.Duration(0)
	for at := begin.Add(-14 * time.Hour); at.Before(begin.Add(14 * time.Hour)); at = at.Add(step) {
		if local := at.In(zone); local.Hour() == begin.Hour() && local.Day() == begin.Day() {
			length += step
		}
	}
	return length
}

// hoursOfWeek counts how often each hour of the week begins in the period, in
// the period's zone: what a sum over the period has to be divided by.
func (p Period) hoursOfWeek() (occurrences [daysOfWeek][hoursOfDay]int) {
	zone := p.zone()
	for at := p.From.Truncate(time.Hour); at.Before(p.Until); at = at.Add(time.Hour) {
		h := hourOfWeekAt(at.In(zone))
		occurrences[h.day][h.hour]++
	}
	return occurrences
}
