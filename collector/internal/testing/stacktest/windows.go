package stacktest

import (
	"regexp"
	"strings"
	"testing"
)

// Windows says over which times rules look.
type Windows int

// Values of Windows.
const (
	// AsShipped leaves the rules alone.
	AsShipped Windows = iota
	// Short turns minutes into seconds, so that a test of half a minute sees
	// alerts fire and resolve. Hours and days stay.
	Short
)

// shortWindow replaces windows of minutes: six scrapes long, so that rates have
// samples enough.
const shortWindow = "12s"

func (w Windows) scrape() string {
	if w == Short {
		return "2s"
	}
	return "15s"
}

var (
	minutes   = regexp.MustCompile(`\[(5m|10m|15m|30m)\]`)
	waits     = regexp.MustCompile(`(?m)^(\s+(?:for|keep_firing_for)): .*$`)
	intervals = regexp.MustCompile(`(?m)^(    interval): (30s|1m)$`)
)

func (w Windows) apply(tb testing.TB, name, rules string) string {
	if w == AsShipped {
		return rules
	}
	rules = intervals.ReplaceAllString(rules, "$1: 2s")
	rules = waits.ReplaceAllString(rules, "$1: 4s")
	rules = minutes.ReplaceAllString(rules, "["+shortWindow+"]")
	if name == "recording.yaml" {
		// Sums over time are sums of one sample an interval.
		rules = Replaced(tb, rules,
			"60 * sum_over_time", "2 * sum_over_time",
			"* 60 / 1800", "* 2 / 1800", "* 60 / 3600", "* 2 / 3600", "* 60 / 21600", "* 2 / 21600",
			"[1h:1m])) * 60", "[1h:2s])) * 2",
		)
	}
	if strings.HasPrefix(name, "alerts-") {
		// Calls in the window that make a share worth telling.
		rules = strings.ReplaceAll(rules, "rate5m * 300", "rate5m * 12")
	}
	return rules
}

// replaceThresholds gives named thresholds another number.
func replaceThresholds(tb testing.TB, rules string, thresholds map[string]string) string {
	tb.Helper()
	for name, number := range thresholds {
		key := `labels: \{name: ` + name + `\}`
		if name == "daily" || name == "monthly" {
			key = `record: spanledger:budget_usd:` + name + `\n\s+labels: \{department: \(all\)\}`
		}
		pattern := regexp.MustCompile(`(` + key + `\n\s+expr: vector)\([0-9.]+\)`)
		if !pattern.MatchString(rules) {
			tb.Fatalf("rules/thresholds.yaml has no threshold %q", name)
		}
		rules = pattern.ReplaceAllString(rules, "${1}("+number+")")
	}
	return rules
}
