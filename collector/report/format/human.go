package format

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
)

// unknown means a value no one knows: never a zero.
const unknown = "-"

// Figure writes a value as a person reads it. A value of another type than its
// column's kind is a mistake in the report and is written as Go prints it, so
// that it is seen.
func Figure(kind Kind, value any, period Period) string {
	switch v := value.(type) {
	case nil:
		return unknown
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int64:
		return Grouped(v)
	case udecimal.Decimal:
		if kind >= Payable {
			whole, fraction, parts := strings.Cut(v.StringFixed(uint8(kind-Payable)), ".")
			if !parts {
				return grouped(whole)
			}
			return grouped(whole) + "." + fraction
		}
		return money(v)
	case float64:
		if kind == Number {
			whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', 1, 64), ".")
			return grouped(whole) + "." + fraction
		}
		return strconv.FormatFloat(v*100, 'f', 1, 64) + "%"
	case time.Duration:
		return Elapsed(v)
	case time.Time:
		return v.In(period.zone()).Format("2006-01-02 15:04:05 MST")
	}
	return fmt.Sprintf("%v (kind %d)", value, kind)
}

// money rounds half away from zero to MoneyPrecision.
func money(d udecimal.Decimal) string {
	if !d.IsZero() && d.Abs().LessThan(smallestMoney) {
		if d.IsNeg() {
			return ">-" + smallestMoney.String()
		}
		return "<" + smallestMoney.String()
	}
	whole, fraction, _ := strings.Cut(d.RoundHAZ(MoneyPrecision).StringFixed(MoneyPrecision), ".")
	return grouped(whole) + "." + fraction
}

// Cost writes an amount for people: "$1,234.5678". Amounts too small to show
// are "<$0.0001".
func Cost(d udecimal.Decimal) string {
	s := money(d)
	mark := strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' })
	return s[:mark] + "$" + s[mark:]
}

// Grouped writes a count for people: "1,234,567".
func Grouped(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// Counted writes a count with its noun: "1 request", "2,000 requests".
func Counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Grouped(n) + " " + noun + "s"
}

// Verb writes the form of a verb for a count: Verb(n, "has", "have").
func Verb(n int64, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// grouped puts a comma between thousands.
func grouped(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Elapsed writes a duration in three or four digits: "840ms", "1.24s", "2m05s".
func Elapsed(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Elapsed(-d)
	case d == 0:
		return "0s"
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	}
	// Rounding comes first: it may lead into the next unit.
	if ms := d.Round(time.Millisecond); ms < time.Second {
		return strconv.FormatInt(ms.Milliseconds(), 10) + "ms"
	}
	if cs := d.Round(10 * time.Millisecond); cs < time.Minute {
		return strconv.FormatFloat(cs.Seconds(), 'f', 2, 64) + "s"
	}
	if s := d.Round(time.Second); s < time.Hour {
		return fmt.Sprintf("%dm%02ds", int(s.Minutes()), int(s.Seconds())%60)
	}
	m := d.Round(time.Minute)
	return fmt.Sprintf("%dh%02dm", int(m.Hours()), int(m.Minutes())%60)
}

// Incomplete marks an amount that leaves calls out, as the page does.
const Incomplete = " + ?"

// Window writes the length of a period that is a whole number of units: "24 hours", "7
// days", "1 minute". Others are written as by Elapsed.
func Window(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day && d%day == 0:
		return Counted(int64(d/day), "day")
	case d >= time.Hour && d%time.Hour == 0:
		return Counted(int64(d/time.Hour), "hour")
	case d >= time.Minute && d%time.Minute == 0:
		return Counted(int64(d/time.Minute), "minute")
	case d >= time.Second && d%time.Second == 0:
		return Counted(int64(d/time.Second), "second")
	}
	return Elapsed(d)
}
