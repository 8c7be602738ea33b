package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/alertmanager"
)

// pollNotifications is how often Alertmanager is asked whether the message has
// left: short next to its group_wait of 10 s and more.
const pollNotifications = 500 * time.Millisecond

// delivery is the time that a message may take from the end of group_wait to the first
// attempt.
const delivery = 2 * time.Second

const defaultAlertmanager = "http://127.0.0.1:9093"

var alertSeverities = []string{"warning", "critical"}

func newAlertsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "Test the delivery of alerts",
		Example: `  spanledger alerts test --severity critical
  spanledger alerts test --severity warning --alertmanager http://alertmanager:9093`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAlertsTestCommand())
	return cmd
}

type alertsTest struct {
	alertmanager string
	severity     string
	department   string
	wait         time.Duration
}

func newAlertsTestCommand() *cobra.Command {
	var opts alertsTest
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Send a test alert through Alertmanager",
		Long: `Raise the alert SpanledgerTest in Alertmanager, wait until every receiver of its
severity is notified, and resolve it. People get this message: a warning goes to
Slack, a critical alert to Slack and PagerDuty. Notifications of other alerts in the
same minute are counted too.

The connection from Prometheus to Alertmanager is not tested; Prometheus shows it
under /alerts.`,
		Example: `  spanledger alerts test --severity warning
  spanledger alerts test --severity critical --wait 2m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opts.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.alertmanager, "alertmanager", defaultAlertmanager, "address of Alertmanager")
	flags.StringVar(&opts.severity, "severity", "warning", "severity of the alert: "+strings.Join(alertSeverities, " or "))
	flags.StringVar(&opts.department, "department", "", "department label of the alert, to test the route of a department")
	flags.DurationVar(&opts.wait, "wait", time.Minute, "how long to wait for the notifications; more than group_wait")
	return cmd
}

func (o *alertsTest) run(ctx context.Context, out io.Writer) error {
	if !slices.Contains(alertSeverities, o.severity) {
		return usagef("--severity %q: expected %s", o.severity, strings.Join(alertSeverities, " or "))
	}
	if o.wait <= 0 {
		return usagef("--wait %s: expected a time above zero, for example 1m", o.wait)
	}
	if err := serverURL("alertmanager", o.alertmanager, defaultAlertmanager); err != nil {
		return err
	}
	client, err := alertmanager.New(o.alertmanager)
	if err != nil {
		return usagef("--alertmanager: %w", err)
	}
	hold, err := client.GroupWait(ctx)
	if err != nil {
		return fmt.Errorf("%w (start Alertmanager, or name its address with --alertmanager)", err)
	}
	hold += delivery
	if o.wait < hold {
		return usagef("--wait %s: Alertmanager holds a new alert for up to %s (group_wait), so wait at least %s", o.wait, hold-delivery, hold)
	}
	before, err := client.Notifications(ctx)
	if err != nil {
		return err
	}
	alert := testAlert(o.severity, o.department, time.Now())
	if err := client.Post(ctx, alert); err != nil {
		return err
	}
	fmt.Fprintf(out, "raised %s with severity %s at %s\n", alert.Labels["alertname"], o.severity, o.alertmanager)

	told, err := o.await(ctx, client, before, hold)
	alert.EndsAt = time.Now()
	if resolveErr := client.Post(context.WithoutCancel(ctx), alert); resolveErr != nil && err == nil {
		err = resolveErr
	}
	for _, name := range sortedNames(told) {
		fmt.Fprintf(out, "%s: %d sent, %d given up\n", name, told[name].Sent, told[name].Failed)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "resolved; the receivers are notified within group_interval")
	return nil
}

// await returns when the receivers the severity asks for have been told, or
// one of them was given up. Before hold is over, what they were told was of
// other alerts.
func (o *alertsTest) await(ctx context.Context, client *alertmanager.Client, before alertmanager.Notifications, hold time.Duration) (alertmanager.Notifications, error) {
	want := receiversOf(o.severity)
	raised := time.Now()
	ctx, cancel := context.WithTimeout(ctx, o.wait)
	defer cancel()
	tick := time.NewTicker(pollNotifications)
	defer tick.Stop()
	told := alertmanager.Notifications{}
	for {
		select {
		case <-ctx.Done():
			return told, fmt.Errorf("not notified within %s: %s (see Alertmanager's log and its route for severity %s)",
				o.wait, strings.Join(missing(told, want), ", "), o.severity)
		case <-tick.C:
		}
		counts, err := client.Notifications(ctx)
		if err != nil {
			continue // the deadline ends the wait, and says what is missing
		}
		told = counts.Since(before)
		if failed := given(told); failed != "" {
			return told, fmt.Errorf("alertmanager gave up on %s (its log has the receiver's answer; check the secret file of that receiver)", failed)
		}
		if len(missing(told, want)) == 0 && time.Since(raised) >= hold {
			return told, nil
		}
	}
}

// receiversOf names the integrations deploy/alertmanager routes a severity to.
func receiversOf(severity string) []string {
	if severity == "critical" {
		return []string{"pagerduty", "slack"}
	}
	return []string{"slack"}
}

func missing(told alertmanager.Notifications, want []string) []string {
	var names []string
	for _, name := range want {
		if told[name].Sent == 0 {
			names = append(names, name)
		}
	}
	return names
}

func given(told alertmanager.Notifications) string {
	for _, name := range sortedNames(told) {
		if told[name].Failed > 0 {
			return name
		}
	}
	return ""
}

func sortedNames(told alertmanager.Notifications) []string {
	names := make([]string, 0, len(told))
	for name := range told {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func testAlert(severity, department string, start time.Time) alertmanager.Alert {
	labels := map[string]string{
		"alertname": "SpanledgerTest",
		"severity":  severity,
		"category":  "test",
	}
	if department != "" {
		labels["department"] = department
	}
	return alertmanager.Alert{
		Labels: labels,
		Annotations: map[string]string{
			"summary":     "Test of the alert route for severity " + severity,
			"description": "A person ran `spanledger alerts test`. Nothing is wrong.",
			"runbook_url": "https://github.com/spanledger/spanledger/blob/main/docs/runbooks/test.md",
			"dashboard":   "/d/spanledger-pipeline",
		},
		StartsAt: start,
	}
}
