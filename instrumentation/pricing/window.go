package pricing

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// window is a recurring stretch of time inside a period, with rates of its own.
// Hours are UTC; weekdays and excepted dates are of the vendor's calendar.
type window struct {
	name     string
	ranges   []clockRange
	weekdays uint8          // bit 1 = Monday ... bit 7 = Sunday
	calendar *time.Location // fixed offset: no time zone data is needed
	except   []span         // in calendar days
	rates    rateSet
}

// clockRange is [from, until) in minutes after midnight UTC; until may be past
// midnight, before from.
type clockRange struct{ from, until int }

func (r clockRange) covers(minute int) bool {
	if r.from <= r.until {
		return minute >= r.from && minute < r.until
	}
	return minute >= r.from || minute < r.until
}

func (w *window) covers(t time.Time) bool {
	utc := t.UTC()
	minute := utc.Hour()*60 + utc.Minute()
	inRange := false
	for _, r := range w.ranges {
		inRange = inRange || r.covers(minute)
	}
	if !inRange {
		return false
	}
	local := t.In(w.calendar)
	if w.weekdays&(1<<isoWeekday(local)) == 0 {
		return false
	}
	for i := range w.except {
		if w.except[i].covers(local) {
			return false
		}
	}
	return true
}

// isoWeekday is 1 for Monday to 7 for Sunday.
func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

const everyDay = 0b1111_1110

func compileWindow(f *pricefile.Window) (window, error) {
	w := window{name: f.Name, weekdays: everyDay, calendar: time.UTC}
	if f.Name == "" {
		return w, fmt.Errorf(".name: is missing")
	}
	var err error
	if f.CalendarOffset != "" {
		at, err := time.Parse("-07:00", f.CalendarOffset)
		if err != nil {
			return w, fmt.Errorf(".calendar_offset: %q is not an offset such as +08:00", f.CalendarOffset)
		}
		_, seconds := at.Zone()
		w.calendar = time.FixedZone(f.CalendarOffset, seconds)
	}
	if len(f.UTC) == 0 {
		return w, fmt.Errorf(".utc: is empty; a window needs hours such as [[\"16:30\", \"00:30\"]]")
	}
	for i, r := range f.UTC {
		var c clockRange
		if c.from, err = parseClock(r[0]); err != nil {
			return w, fmt.Errorf(".utc[%d][0]: %w", i, err)
		}
		if c.until, err = parseClock(r[1]); err != nil {
			return w, fmt.Errorf(".utc[%d][1]: %w", i, err)
		}
		if c.from == c.until {
			return w, fmt.Errorf(".utc[%d]: covers no time", i)
		}
		w.ranges = append(w.ranges, c)
	}
	if len(f.Weekdays) > 0 {
		w.weekdays = 0
	}
	for i, day := range f.Weekdays {
		if day < 1 || day > 7 {
			return w, fmt.Errorf(".weekdays[%d]: %d is not 1 (Monday) to 7 (Sunday)", i, day)
		}
		w.weekdays |= 1 << day
	}
	for i, text := range f.ExceptDates {
		s, err := parseDates(text, w.calendar)
		if err != nil {
			return w, fmt.Errorf(".except_dates[%d]: %w", i, err)
		}
		w.except = append(w.except, s)
	}
	if w.rates, err = parseRates(f.Rates); err != nil {
		return w, fmt.Errorf(".rates%w", err)
	}
	if len(f.Rates) == 0 {
		return w, fmt.Errorf(".rates: is empty")
	}
	return w, nil
}

// parseDates reads a day, or first/last day of a stretch, both inclusive.
func parseDates(text string, calendar *time.Location) (span, error) {
	first, last, stretch := strings.Cut(text, "/")
	if !stretch {
		last = first
	}
	from, errFrom := time.ParseInLocation(time.DateOnly, first, calendar)
	until, errUntil := time.ParseInLocation(time.DateOnly, last, calendar)
	if errFrom != nil || errUntil != nil || until.Before(from) {
		return span{}, fmt.Errorf("%q is not a day (2026-10-01) or a range of days (2026-10-01/2026-10-07)", text)
	}
	return span{from, until.AddDate(0, 0, 1)}, nil
}
