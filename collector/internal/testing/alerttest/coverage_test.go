package alerttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// ruleTest is the part of one of promtool's tests that says which alerts it is
// about.
type ruleTest struct {
	Name       string
	AlertRules []struct {
		Alertname string         `yaml:"alertname"`
		At        model.Duration `yaml:"eval_time"`
		Expected  []any          `yaml:"exp_alerts"`
	} `yaml:"alert_rule_test"`
}

func readRuleTests(t *testing.T) []ruleTest {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(rules, "tests", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []ruleTest
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var one struct{ Tests []ruleTest }
		require.NoError(t, yaml.Unmarshal(data, &one), file)
		all = append(all, one.Tests...)
	}
	return all
}

// A condition that alerts stay silent under. A test of it has the name in front
// of the colon in its own, next to others perhaps, and asks for each alert.
type condition struct {
	name   string
	except map[string]string // alert: why it need not be silent
	only   []string          // the alerts it is about; all when empty
}

var conditions = []condition{
	{name: "little traffic", except: map[string]string{
		"LLMDailyBudgetExceeded":          "a sum of money, however few calls spent it",
		"LLMDepartmentBudgetExceeded":     "a sum of money, however few calls spent it",
		"LLMBudgetBurnFast":               "measured by the budget, not by a share of the traffic",
		"LLMBudgetBurnSlow":               "measured by the budget, not by a share of the traffic",
		"LLMPlannedBudgetBurnFast":        "measured by the budget, not by a share of the traffic",
		"LLMPlannedBudgetBurnSlow":        "measured by the budget, not by a share of the traffic",
		"LLMPlannedBudgetRunsOut":         "measured by the budget, not by a share of the traffic",
		"LLMPlannedBudgetExceeded":        "a sum of money, however few calls spent it",
		"LLMPlannedBudgetsUnknown":        "not about traffic",
		"LLMUnpricedModel":                "one call without a price is already missing from a sum",
		"SpanledgerCollectorDown":         "not about traffic",
		"SpanledgerCollectorInstanceDown": "not about traffic",
		"SpanledgerThresholdsMissing":     "not about traffic",
		"LedgerQueueFilling":              "a queue fills with traffic only",
		"LedgerLag":                       "a call that comes late is late",
		"LedgerLoss":                      "one lost call is a loss",
		"LedgerDeadLetters":               "one dead letter is a loss",
		"SpanledgerSpansUnread":           "one call that is not read is missing from the bill",
		"PriceCatalogueStale":             "not about traffic",
	}},
	{name: "restart"},
	{name: "counter reset"},
	{name: "missing series"},
	{name: "night", only: []string{"LLMServiceDown"}},
}

func (c condition) appliesTo(alert string) bool {
	return c.except[alert] == "" && (len(c.only) == 0 || slices.Contains(c.only, alert))
}

func TestAlerts_EveryAlertIsTestedToFireToResolveAndToBeSilent(t *testing.T) {
	tests := readRuleTests(t)
	known := map[string]bool{}
	for file, one := range readRules(t) {
		for _, group := range one.Groups {
			for _, rule := range group.Rules {
				if rule.Alert == "" {
					continue
				}
				known[rule.Alert] = true
				require.NoError(t, firesAndResolves(rule.Alert, tests), file)
				for _, c := range conditions {
					if c.appliesTo(rule.Alert) {
						require.True(t, silent(rule.Alert, c.name, tests),
							"%s: no test called \"%s: ...\" asks for %s and finds it silent", file, c.name, rule.Alert)
					}
				}
			}
		}
	}
	for _, c := range conditions {
		for alert := range c.except {
			require.True(t, known[alert], "%s: there is no alert %s to make an exception for", c.name, alert)
		}
	}
	require.Error(t, firesAndResolves("NobodyTestsThis", tests))
	require.False(t, silent("LLMServiceDown", "full moon", tests))
}

// firesAndResolves finds a test that sees the alert fire and, later, fewer or
// none of them.
func firesAndResolves(alert string, tests []ruleTest) error {
	fires := false
	for _, test := range tests {
		var last time.Duration
		firing := 0
		for _, ask := range test.AlertRules {
			if ask.Alertname != alert {
				continue
			}
			at := time.Duration(ask.At)
			if firing > len(ask.Expected) && at > last {
				return nil
			}
			firing, last = len(ask.Expected), at
			fires = fires || firing > 0
		}
	}
	return coverageError{alert, fires}
}

type coverageError struct {
	alert string
	fires bool
}

func (e coverageError) Error() string {
	if e.fires {
		return "no test sees " + e.alert + " resolve"
	}
	return "no test sees " + e.alert + " fire"
}

func silent(alert, condition string, tests []ruleTest) bool {
	for _, test := range tests {
		under, _, _ := strings.Cut(test.Name, ":")
		if !slices.Contains(strings.Split(under, ", "), condition) {
			continue
		}
		for _, ask := range test.AlertRules {
			if ask.Alertname == alert && len(ask.Expected) == 0 {
				return true
			}
		}
	}
	return false
}
