package digest

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/report"
)

// Cycle is how long a digest is about.
type Cycle string

// Cycles. A week begins on Monday.
const (
	Day   Cycle = "day"
	Week  Cycle = "week"
	Month Cycle = "month"
)

// Cycles lists them.
var Cycles = []string{string(Day), string(Week), string(Month)}

// ParseCycle reads a cycle.
func ParseCycle(text string) (Cycle, error) {
	switch c := Cycle(text); c {
	case Day, Week, Month:
		return c, nil
	}
	return "", fmt.Errorf("period %q: use one of %s", text, strings.Join(Cycles, ", "))
}

// Last is the newest cycle that is over, and the one before it.
func (c Cycle) Last(now time.Time) (last, before report.Period) {
	year, month, day := now.Date()
	zone := now.Location()
	from := func(n int) time.Time { // of the cycle that began n cycles before now's
		switch c {
		case Day:
			return report.Midnight(year, month, day-n, zone)
		case Month:
			return report.Midnight(year, month-time.Month(n), 1, zone)
		}
		monday := day - (int(now.Weekday())+6)%7
		return report.Midnight(year, month, monday-7*n, zone)
	}
	return report.Period{From: from(1), Until: from(0), Zone: zone}, report.Period{From: from(2), Until: from(1), Zone: zone}
}

// name is the cycle that is over as a person says it.
func (c Cycle) name(p report.Period) string {
	from := p.From.In(p.Zone)
	switch c {
	case Day:
		return from.Format("2 January 2006")
	case Month:
		return from.Format("January 2006")
	}
	_, week := from.ISOWeek()
	return fmt.Sprintf("week %d (%s to %s)", week, from.Format("2 January"), p.Until.In(p.Zone).AddDate(0, 0, -1).Format("2 January 2006"))
}
