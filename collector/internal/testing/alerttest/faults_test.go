package alerttest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// faultLength is several of the shortened windows.
const faultLength = 25 * time.Second

// The whole way: agents and vendors on a bad day, the built binary, Prometheus
// and Alertmanager with the shipped files, and what Slack and PagerDuty get.
// Windows are seconds instead of minutes. The demo's bad days are small, so the
// thresholds they must pass are lowered: its vendors answer a few times faster
// than real ones, and its budget is a dollar.
func TestAlerts_ABadDayReachesSlackAndPagerDuty(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	t.Parallel()
	slack, duty := startSlack(t, 1), startPagerDuty(t)
	alertmanager := stacktest.StartAlertmanager(t, stacktest.Receivers{Slack: slack.URL, PagerDuty: duty.URL})
	stack := stacktest.Start(t, stacktest.Options{
		DuckDB: true, Windows: stacktest.Short, Alertmanager: strings.TrimPrefix(alertmanager, "http://"),
		Thresholds: map[string]string{"min_calls_5m": "3", "latency_p95_seconds": "3", "daily": "1", "monthly": "10"},
	})

	t.Run("a third of the calls fail", func(t *testing.T) {
		stack.Demo(t, faultLength, "--fault", "errors")
		page := paged(t, duty, "LLMErrorRateCritical")
		require.Contains(t, page.Payload.CustomDetails["firing"], "Applications that depend on it do not work")
		require.Equal(t, "critical", page.Payload.Severity)
	})
	t.Run("answers take seconds", func(t *testing.T) {
		stack.Demo(t, faultLength, "--fault", "slow")
		told(t, slack, "LLMHighLatency", " waits ")
	})
	t.Run("prompts are ten times as large", func(t *testing.T) {
		stack.Demo(t, faultLength, "--fault", "expensive")
		page := paged(t, duty, "LLMDailyBudgetExceeded")
		require.Contains(t, page.Payload.Summary, "the daily budget is spent")
		paged(t, duty, "LLMBudgetBurnFast")
	})
	t.Run("a model without a price is told on any day", func(t *testing.T) {
		told(t, slack, "LLMUnpricedModel", "acme-claims-7b (openai) has no price")
	})
	t.Run("all calls fail", func(t *testing.T) {
		ended(t, duty, "LLMErrorRateCritical")
		before := len(pages(t, duty, "LLMErrorRateCritical"))
		begin := time.Now()
		stack.Demo(t, faultLength, "--fault", "down")
		until(t, "it pages again", func() error {
			if len(pages(t, duty, "LLMErrorRateCritical")) == before {
				return fmt.Errorf("no page")
			}
			return nil
		})
		// The page was written when the share had just passed the threshold, and
		// is not sent again for a higher one: Prometheus says how far it went.
		highest := fmt.Sprintf("max(max_over_time(model:spanledger_error_ratio:rate5m[%ds]))", int(time.Since(begin).Seconds()))
		require.InDelta(t, 1, stack.Value(t, highest), 1e-9)
	})
	t.Run("the bad day ends", func(t *testing.T) { ended(t, duty, "LLMErrorRateCritical") })
	t.Run("a test of the way to the people reaches them", func(t *testing.T) {
		out := stack.Spanledger(t, "alerts", "test", "--severity", "critical", "--alertmanager", alertmanager)
		require.Regexp(t, `pagerduty: \d+ sent, 0 given up`, out)
		paged(t, duty, "SpanledgerTest")
		told(t, slack, "SpanledgerTest", "Nothing is wrong.")
	})
	t.Run("the collector ends", func(t *testing.T) {
		// Prometheus may have looked before the collector was up.
		ended(t, duty, "SpanledgerCollectorDown")
		before := len(pages(t, duty, "SpanledgerCollectorDown"))
		stack.StopCollector(t)
		until(t, "the silence pages", func() error {
			if len(pages(t, duty, "SpanledgerCollectorDown")) == before {
				return fmt.Errorf("no page")
			}
			return nil
		})
	})

	_, faults := slack.received()
	require.Empty(t, faults)
	require.Greater(t, slack.attempted(), 1, "the refused first message is sent again")
}

// ended waits until every page of an alert is resolved, or there was none.
func ended(t *testing.T, p *pagerDuty, alert string) {
	t.Helper()
	until(t, alert+" is resolved", func() error {
		events, faults := p.received()
		require.Empty(t, faults)
		open := map[string]bool{}
		for _, event := range events {
			switch {
			case event.EventAction == "resolve":
				delete(open, event.DedupKey)
			case event.Payload.Class == alert:
				open[event.DedupKey] = true
			}
		}
		if len(open) > 0 {
			return fmt.Errorf("%d pages are open", len(open))
		}
		return nil
	})
}

// pages are the triggers of one alert.
func pages(t *testing.T, p *pagerDuty, alert string) []pagerDutyEvent {
	t.Helper()
	events, faults := p.received()
	require.Empty(t, faults)
	var found []pagerDutyEvent
	for _, event := range events {
		if event.EventAction == "trigger" && event.Payload.Class == alert {
			found = append(found, event)
		}
	}
	return found
}

// paged waits for the page of an alert.
func paged(t *testing.T, p *pagerDuty, alert string) pagerDutyEvent {
	t.Helper()
	var found []pagerDutyEvent
	until(t, alert+" pages", func() error {
		if found = pages(t, p, alert); len(found) == 0 {
			return fmt.Errorf("no page")
		}
		return nil
	})
	return found[0]
}

// told waits for a message to Slack with the text, from the alert.
func told(t *testing.T, s *slack, alert, text string) {
	t.Helper()
	until(t, alert+" is told", func() error {
		messages, faults := s.received()
		require.Empty(t, faults)
		for _, m := range messages {
			a := m.Attachments[0]
			if strings.Contains(a.Title+a.Text, text) {
				return nil
			}
		}
		return fmt.Errorf("%d messages, none with %q", len(messages), text)
	})
}

func (s *slack) attempted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}
