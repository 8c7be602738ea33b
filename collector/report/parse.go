package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// ParameterError is the error of a wrong parameter. It names the parameter, the value
// and the fix. Parameters are flags of the command line, with the same names.
type ParameterError struct {
	Parameter string // since, from, to, zone, by, where, top, ...
	Value     string
	Err       error
}

func (e *ParameterError) Error() string {
	return fmt.Sprintf("%s %q: %s", e.Parameter, e.Value, e.Err)
}

func (e *ParameterError) Unwrap() error { return e.Err }

// InvalidRequest marks the error as one of the request.
func (e *ParameterError) InvalidRequest() {}

// ParsePeriod reads a period: between from and to (default: now) or, if from and to are
// empty, of the length since up to now. Days begin at midnight in zone.
func ParsePeriod(since, from, to string, zone *time.Location, now time.Time) (Period, error) {
	now = now.In(zone)
	if from == "" && to == "" {
		length, err := ParseLength(since)
		if err != nil {
			return Period{}, &ParameterError{"since", since, err}
		}
		period := Since(length, now)
		period.flags = Flag("since", since) + zoneFlag(zone) // as it was written
		return period, nil
	}
	if since != "" {
		return Period{}, &ParameterError{"since", since, fmt.Errorf("contradicts from and to: give since alone, or from and to")}
	}
	if from == "" {
		return Period{}, &ParameterError{"to", to, fmt.Errorf("the start of the period is missing: set from too, or use since")}
	}
	begin, err := ParseInstant(from, zone)
	if err != nil {
		return Period{}, &ParameterError{"from", from, err}
	}
	if begin.After(now) {
		return Period{}, &ParameterError{"from", from, fmt.Errorf("the time is in the future: the ledger has no data of it yet")}
	}
	end := now
	if to != "" {
		if end, err = ParseInstant(to, zone); err != nil {
			return Period{}, &ParameterError{"to", to, err}
		}
	}
	period := Period{From: begin, Until: end, Zone: zone, flags: Flag("from", from)}.bounded()
	if to != "" {
		period.flags += " " + Flag("to", to)
	}
	period.flags += zoneFlag(zone)
	if err := period.Validate(); err != nil {
		return Period{}, &ParameterError{"from", from, err}
	}
	return period, nil
}

// ParseZone reads the name of a time zone; "" is UTC. "Local" is rejected, because a
// report must be the same on every machine.
func ParseZone(name string) (*time.Location, error) {
	if strings.EqualFold(name, "local") {
		return nil, &ParameterError{"zone", name, fmt.Errorf("give the name of the zone, such as Europe/Berlin")}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, &ParameterError{"zone", name, fmt.Errorf("unknown time zone: use a name such as UTC or Europe/Berlin")}
	}
	return zone, nil
}

// ParseLength reads Go durations, and days and weeks, which are 24 hours and
// seven times that.
func ParseLength(s string) (time.Duration, error) {
	const hint = "use a number and a unit, such as 90m, 24h, 7d or 4w"
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	if s == "" {
		return 0, fmt.Errorf("empty: %s", hint)
	}
	var length time.Duration
	if unit, ok := units[s[len(s)-1]]; ok {
		n, err := strconv.ParseInt(s[:len(s)-1], 10, 32)
		if err != nil {
			return 0, fmt.Errorf("not a duration: %s", hint)
		}
		if n > int64(maxLength/unit) {
			return 0, fmt.Errorf("more than a hundred years: %s", hint)
		}
		length = time.Duration(n) * unit
	} else {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("not a duration: %s", hint)
		}
		length = d
	}
	if length <= 0 {
		return 0, fmt.Errorf("not above zero: %s", hint)
	}
	return length, nil
}

// maxLength keeps the start of a period within the range that the stores can hold.
const maxLength = 100 * 365 * 24 * time.Hour

// ParseInstant reads a day, which begins at midnight in zone, or an instant.
func ParseInstant(s string, zone *time.Location) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return Midnight(day.Year(), day.Month(), day.Day(), zone), nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.In(zone), nil
	}
	return time.Time{}, fmt.Errorf("not a time: use a day such as 2026-10-01, or a time such as 2026-10-01T14:00:00Z")
}

// ParseCondition reads "model=gpt-5", "department!=claims" or "user=a,b". A comma that is
// part of a value has a backslash before it, and so has a backslash there.
func ParseCondition(text string) (ledger.Condition, error) {
	name, values, found := strings.Cut(text, "=")
	if !found {
		return ledger.Condition{}, &ParameterError{"where", text, fmt.Errorf("expected dimension=value, such as model=gpt-5")}
	}
	name, not := strings.CutSuffix(name, "!")
	dimension, err := ParseDimension(name)
	if err != nil {
		return ledger.Condition{}, &ParameterError{"where", text, err}
	}
	condition := ledger.Condition{Dimension: dimension, Not: not}
	for _, value := range splitValues(values) {
		value = Value(dimension, value)
		if err := dimension.CheckValue(value); err != nil {
			return ledger.Condition{}, &ParameterError{"where", text, err}
		}
		condition.Values = append(condition.Values, value)
	}
	return condition, nil
}

// escaped writes a value as a part of a condition.
var escaped = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// FormatCondition is the inverse of ParseCondition.
func FormatCondition(c ledger.Condition) string {
	operator := "="
	if c.Not {
		operator = "!="
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = escaped.Replace(Label(c.Dimension, v))
	}
	return string(c.Dimension) + operator + strings.Join(values, ",")
}

// splitValues splits at commas without a backslash before them. A backslash before
// any other character is a backslash.
func splitValues(text string) (values []string) {
	var value strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == ',' || text[i+1] == '\\'):
			i++
			value.WriteByte(text[i])
		case text[i] == ',':
			values = append(values, value.String())
			value.Reset()
		default:
			value.WriteByte(text[i])
		}
	}
	return append(values, value.String())
}
