package pricing

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
)

func parseRates(rates map[string]string) (rateSet, error) {
	parsed := make(map[bucket]udecimal.Decimal, len(rates))
	for key, text := range rates {
		b, ok := bucketByKey[key]
		if !ok {
			return rateSet{}, fmt.Errorf(".%s: is not a known rate; known are %s", key, strings.Join(RateKeys(), ", "))
		}
		rate, err := parseAmount(text)
		if err != nil {
			return rateSet{}, fmt.Errorf(".%s: %w", key, err)
		}
		parsed[b] = rate
	}
	return newRateSet(parsed), nil
}

// maxAmount bounds rates, multipliers and monthly amounts, so that no product
// leaves the range of the ledger's columns.
var maxAmount = udecimal.MustFromInt64(1_000_000_000, 0)

func parseAmount(text string) (udecimal.Decimal, error) {
	if text == "" {
		return udecimal.Decimal{}, fmt.Errorf("is missing; write a decimal string such as \"2.50\"")
	}
	d, err := udecimal.Parse(text)
	switch {
	case err != nil:
		return udecimal.Decimal{}, fmt.Errorf("%q is not a decimal number", text)
	case d.IsNeg():
		return udecimal.Decimal{}, fmt.Errorf("%s is negative", text)
	case d.GreaterThan(maxAmount):
		return udecimal.Decimal{}, fmt.Errorf("%s is above %s", text, maxAmount)
	}
	return trimZeros(d), nil
}

// trimZeros drops trailing zeros, which would count as digits.
func trimZeros(d udecimal.Decimal) udecimal.Decimal {
	if trimmed, err := udecimal.Parse(d.String()); err == nil {
		return trimmed
	}
	return d
}

func parseTTL(ttl string) (bucket, error) {
	switch ttl {
	case "":
		return cacheWrite, nil
	case "5m":
		return cacheWrite5m, nil
	case "30m":
		return cacheWrite30m, nil
	case "1h":
		return cacheWrite1h, nil
	case "12h":
		return cacheWrite12h, nil
	}
	return 0, fmt.Errorf("%q is not 5m, 30m, 1h or 12h", ttl)
}

func parseSpan(from, until string) (span, error) {
	var s span
	var err error
	if s.from, err = parseTime(from); err != nil {
		return s, fmt.Errorf(".from: %w", err)
	}
	if s.until, err = parseTime(until); err != nil {
		return s, fmt.Errorf(".until: %w", err)
	}
	if !s.from.IsZero() && !s.until.IsZero() && !s.from.Before(s.until) {
		return s, fmt.Errorf(".until: %s is not after from, %s", until, from)
	}
	return s, nil
}

// parseTime reads a day, meaning its midnight in UTC, or an instant.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither a day (2026-10-31) nor an instant (2026-10-31T16:00:00Z)", text)
	}
	return t.UTC(), nil
}

func lowerAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.ToLower(v)
	}
	return out
}

// parseClock reads a time of day as minutes after midnight; 24:00 is its end.
func parseClock(text string) (int, error) {
	hours, minutes, ok := strings.Cut(text, ":")
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if !ok || errH != nil || errM != nil || len(text) != len("00:00") || h < 0 || h > 24 || m < 0 || m > 59 || h == 24 && m != 0 {
		return math.MinInt, fmt.Errorf("%q is not a time of day such as 16:30", text)
	}
	return h*60 + m, nil
}
