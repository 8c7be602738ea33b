package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Days is the period of the last n calendar days of now's zone: n-1 whole days
// and today so far.
func Days(n int, now time.Time) Period {
	year, month, day := now.Date()
	return Period{From: time.Date(year, month, day-(n-1), 0, 0, 0, 0, now.Location()), Until: now, Zone: now.Location()}
}

// ParseMonth reads a calendar month such as "2026-10".
func ParseMonth(s string, zone *time.Location) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Period{}, fmt.Errorf("month %q: expected year and month, such as 2026-10", s)
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
		begin := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
		if !begin.Before(p.Until) {
			return dates
		}
		dates = append(dates, at.Format(time.DateOnly))
	}
}

// hourOfWeek is a value of ledger.ByHourOfWeek: "1-00" is Monday, midnight to
// one o'clock.
type hourOfWeek struct{ day, hour int } // day 0 = Monday

const hoursOfDay, daysOfWeek = 24, 7

var weekdays = [daysOfWeek]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

func parseHourOfWeek(s string) (hourOfWeek, error) {
	d, h, _ := strings.Cut(s, "-")
	day, dayErr := strconv.Atoi(d)
	hour, hourErr := strconv.Atoi(h)
	if dayErr != nil || hourErr != nil || day < 1 || day > daysOfWeek || hour < 0 || hour >= hoursOfDay {
		return hourOfWeek{}, fmt.Errorf("hour of week %q: expected 1-00 to 7-23", s)
	}
	return hourOfWeek{day: day - 1, hour: hour}, nil
}

func (h hourOfWeek) String() string { return fmt.Sprintf("%s %02d:00", weekdays[h.day], h.hour) }

// hoursOfWeek counts how often each hour of the week begins in the period, in
// the period's zone: what a sum over the period has to be divided by.
func (p Period) hoursOfWeek() (occurrences [daysOfWeek][hoursOfDay]int) {
	zone := p.zone()
	for at := p.From.Truncate(time.Hour); at.Before(p.Until); at = at.Add(time.Hour) {
		local := at.In(zone)
		occurrences[(int(local.Weekday())+6)%daysOfWeek][local.Hour()]++
	}
	return occurrences
}
