package alerttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/alertmanager"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// startAlertmanager runs the real one with the shipped configuration.
func startAlertmanager(t *testing.T, slack *slack, duty *pagerDuty) *alertmanager.Client {
	t.Helper()
	client, err := alertmanager.New(stacktest.StartAlertmanager(t, stacktest.Receivers{Slack: slack.URL, PagerDuty: duty.URL}))
	require.NoError(t, err)
	return client
}

func alert(name, severity, category string, labels ...string) alertmanager.Alert {
	all := map[string]string{"alertname": name, "severity": severity, "category": category}
	for i := 0; i < len(labels); i += 2 {
		all[labels[i]] = labels[i+1]
	}
	return alertmanager.Alert{
		Labels: all,
		Annotations: map[string]string{
			"summary":     name + " happened",
			"description": "12.5 % of 80 calls failed",
			"runbook_url": "https://github.com/spanledger/spanledger/blob/main/docs/runbooks/" + name + ".md",
			"dashboard":   "/d/spanledger-operations?var-model=gpt-5",
		},
		StartsAt: time.Now(),
	}
}

// postNow raises alerts that begin now: one that began before group_wait is
// told at once, before Alertmanager has looked for what silences it.
func postNow(t *testing.T, client *alertmanager.Client, alerts ...alertmanager.Alert) {
	t.Helper()
	for i := range alerts {
		alerts[i].StartsAt = time.Now()
	}
	require.NoError(t, client.Post(t.Context(), alerts...))
}

func TestAlertmanager_AWarningReachesSlackAndPagesNoOne(t *testing.T) {
	t.Parallel()
	slack, duty := startSlack(t, 0), startPagerDuty(t)
	client := startAlertmanager(t, slack, duty)
	require.NoError(t, client.Post(t.Context(), alert("LLMHighErrorRate", "warning", "behaviour", "model", "gpt-5")))

	message := firstSlack(t, slack)
	require.Equal(t, "#llm-alerts", message.Channel)
	require.Equal(t, "#daa038", message.Attachments[0].Color)
	require.Equal(t, "[WARNING] LLMHighErrorRate happened", message.Attachments[0].Title)
	require.Equal(t, "http://localhost:3000/d/spanledger-operations?var-model=gpt-5", message.Attachments[0].TitleLink)
	require.Contains(t, message.Attachments[0].Text, "12.5 % of 80 calls failed")
	require.Equal(t, []slackAction{
		{Type: "button", Text: "Runbook", URL: "https://github.com/spanledger/spanledger/blob/main/docs/runbooks/LLMHighErrorRate.md"},
		{Type: "button", Text: "Dashboard", URL: "http://localhost:3000/d/spanledger-operations?var-model=gpt-5"},
	}, message.Attachments[0].Actions)

	events, faults := duty.received()
	require.Empty(t, faults)
	require.Empty(t, events)
}

func TestAlertmanager_ACriticalAlertPagesAndReachesSlackAndIsResolvedInBoth(t *testing.T) {
	t.Parallel()
	slack, duty := startSlack(t, 0), startPagerDuty(t)
	client := startAlertmanager(t, slack, duty)
	raised := alert("LLMServiceDown", "critical", "behaviour", "application", "intake-bot")
	require.NoError(t, client.Post(t.Context(), raised))

	require.Equal(t, "#d0021b", firstSlack(t, slack).Attachments[0].Color)
	var events []pagerDutyEvent
	until(t, "PagerDuty is told", func() (err error) {
		events, err = duty.healthy(1)
		return err
	})
	trigger := events[0]
	require.Equal(t, "trigger", trigger.EventAction)
	require.Equal(t, "critical", trigger.Payload.Severity)
	require.Equal(t, "[CRITICAL] LLMServiceDown happened", trigger.Payload.Summary)
	require.Equal(t, "LLMServiceDown", trigger.Payload.Class)
	require.Equal(t, "intake-bot", trigger.Payload.Component)
	require.Contains(t, trigger.Payload.CustomDetails["firing"], "12.5 % of 80 calls failed")
	require.Equal(t, "1", trigger.Payload.CustomDetails["num_firing"])

	raised.EndsAt = time.Now()
	require.NoError(t, client.Post(t.Context(), raised))
	until(t, "PagerDuty is told of the end", func() (err error) {
		events, err = duty.healthy(2)
		return err
	})
	require.Equal(t, "resolve", events[1].EventAction)
	require.Equal(t, trigger.DedupKey, events[1].DedupKey)
	until(t, "Slack is told of the end", func() error { return slack.healthy(2) })
	messages, _ := slack.received()
	require.Equal(t, "#2eb886", messages[1].Attachments[0].Color)
	require.Contains(t, messages[1].Attachments[0].Title, "[RESOLVED]")
}

func TestAlertmanager_ServerErrorsOfSlackAreRetried(t *testing.T) {
	t.Parallel()
	slack, duty := startSlack(t, 2), startPagerDuty(t)
	client := startAlertmanager(t, slack, duty)
	require.NoError(t, client.Post(t.Context(), alert("LLMHighErrorRate", "warning", "behaviour")))
	firstSlack(t, slack)
	slack.mu.Lock()
	defer slack.mu.Unlock()
	require.Equal(t, 3, slack.attempts)
}

func TestAlertmanager_TheCauseIsSentAndItsConsequencesAreInhibited(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		cause, consequence, unrelated alertmanager.Alert
	}{
		"no collector: nothing computed from its figures": {
			cause:       alert("SpanledgerCollectorDown", "critical", "pipeline"),
			consequence: alert("LLMServiceDown", "critical", "behaviour", "application", "intake-bot"),
			unrelated:   alert("PrometheusWatched", "warning", "other"),
		},
		"an application that is down: not its latency, but that of others": {
			cause:       alert("LLMServiceDown", "critical", "behaviour", "application", "intake-bot"),
			consequence: alert("LLMHighLatency", "warning", "behaviour", "application", "intake-bot", "model", "gpt-5"),
			unrelated:   alert("LLMHighLatency", "warning", "behaviour", "application", "search", "model", "gpt-5"),
		},
		"an application that is down in production: not its latency there, but that in staging": {
			cause:       alert("LLMServiceDown", "critical", "behaviour", "application", "intake-bot", "environment", "production"),
			consequence: alert("LLMHighLatency", "warning", "behaviour", "application", "intake-bot", "environment", "production", "model", "gpt-5"),
			unrelated:   alert("LLMHighLatency", "warning", "behaviour", "application", "intake-bot", "environment", "staging", "model", "gpt-5"),
		},
		"most calls fail: not that more than 5 % fail": {
			cause:       alert("LLMErrorRateCritical", "critical", "behaviour", "provider", "openai", "model", "gpt-5"),
			consequence: alert("LLMHighErrorRate", "warning", "behaviour", "provider", "openai", "model", "gpt-5"),
			unrelated:   alert("LLMHighErrorRate", "warning", "behaviour", "provider", "openai", "model", "gpt-5-mini"),
		},
		"most calls fail: not that the vendor limits them": {
			cause:       alert("LLMErrorRateCritical", "critical", "behaviour", "provider", "openai", "model", "gpt-5"),
			consequence: alert("LLMRateLimited", "warning", "behaviour", "provider", "openai"),
			unrelated:   alert("LLMRateLimited", "warning", "behaviour", "provider", "anthropic"),
		},
		"a budget burning fast: not that it burns slowly": {
			cause:       alert("LLMBudgetBurnFast", "critical", "budget", "department", "claims"),
			consequence: alert("LLMBudgetBurnSlow", "warning", "budget", "department", "claims"),
			unrelated:   alert("LLMBudgetBurnSlow", "warning", "budget", "department", "legal"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slack, duty := startSlack(t, 0), startPagerDuty(t)
			client := startAlertmanager(t, slack, duty)
			postNow(t, client, c.cause)
			firstSlack(t, slack)
			postNow(t, client, c.consequence, c.unrelated)
			// The unrelated alert proves that the time of the consequence has come.
			until(t, "the unrelated alert is told", func() error { return slack.healthy(2) })
			time.Sleep(2 * time.Second) // two group intervals more
			messages, faults := slack.received()
			require.Empty(t, faults)
			require.Len(t, messages, 2)
			require.Contains(t, messages[1].Attachments[0].Title, c.unrelated.Annotations["summary"])
		})
	}
}

func firstSlack(t *testing.T, s *slack) slackMessage {
	t.Helper()
	var messages []slackMessage
	until(t, "Slack is told", func() error {
		var faults []string
		messages, faults = s.received()
		if len(faults) > 0 {
			t.Fatalf("Slack refuses what it is sent: %v", faults)
		}
		if len(messages) == 0 {
			return fmt.Errorf("no message yet")
		}
		return nil
	})
	return messages[0]
}

// healthy is nil once there are n messages and nothing is wrong with them.
func (s *slack) healthy(n int) error {
	messages, faults := s.received()
	if len(faults) > 0 || len(messages) < n {
		return fmt.Errorf("%d of %d messages, faults %v", len(messages), n, faults)
	}
	return nil
}

// healthy returns the events once there are n of them.
func (p *pagerDuty) healthy(n int) ([]pagerDutyEvent, error) {
	events, faults := p.received()
	if len(faults) > 0 {
		return nil, fmt.Errorf("PagerDuty refuses what it is sent: %v", faults)
	}
	if len(events) < n {
		return nil, fmt.Errorf("%d of %d events", len(events), n)
	}
	return events, nil
}
