package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/digest"
)

// Environment variables of digest. Secrets are not flags, because other users of the
// machine can read the command line.
const (
	webhookVariable      = "SPANLEDGER_DIGEST_WEBHOOK"
	smtpUserVariable     = "SPANLEDGER_SMTP_USER"
	smtpPasswordVariable = "SPANLEDGER_SMTP_PASSWORD"
)

// Receivers of a digest.
const (
	toSlack  = "slack"
	toTeams  = "teams"
	toEmail  = "email"
	toStdout = "-"
)

var receivers = []string{toSlack, toTeams, toEmail, toStdout}

const digestLong = `Send the cost of the last complete day, week or month in ten lines: the total, its
change and the three largest causes, the groups that changed most, budgets, requests
without a price, the largest possible saving, and a link.

The URL of the webhook of Slack or Teams comes from --webhook-file or from
$` + webhookVariable + `. It is a secret: anyone who knows it can post to the channel.
User and password of the mail server come from $` + smtpUserVariable + ` and
$` + smtpPasswordVariable + `.

To send it regularly, use the timer in deploy/systemd, or digest.enabled of the Helm
chart.`

func newDigestCommand() *cobra.Command {
	var (
		store       storeFlags
		filter      filterFlags
		prices      priceFlags
		by          dimensionFlags
		mail        digest.Mail
		cycle       string
		to          string
		zone        string
		plan        string
		link        string
		webhookFile string
	)
	cmd := &cobra.Command{
		Use:   "digest",
		Short: "Send a cost summary to Slack, Teams or by e-mail",
		Long:  digestLong,
		Example: `  spanledger digest --period week --to -
  spanledger digest --period week --to slack --webhook-file /etc/spanledger/slack_webhook --link https://spanledger.example.com
  spanledger digest --period month --to email --smtp smtp.example.com:587 --mail-from spanledger@example.com --mail-to team@example.com`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			question := digest.Question{Link: link}
			if question.Cycle, err = digest.ParseCycle(cycle); err != nil {
				return usagef("--%w", err)
			}
			place, err := (&periodFlags{zone: zone}).location()
			if err != nil {
				return err
			}
			question.Now = time.Now().In(place)
			if err := serverURL("link", link, "https://spanledger.example.com"); err != nil {
				return err
			}
			if question.Where, err = filter.conditions(); err != nil {
				return err
			}
			dimensions, err := by.dimensions()
			if err != nil {
				return err
			}
			if len(dimensions) != 1 {
				return usagef("--by %s: give one dimension", strings.Join(by.by, ","))
			}
			question.By = dimensions[0]
			if question.Prices, err = prices.catalogue(); err != nil {
				return err
			}
			if plan != "" {
				if question.Budget, err = readPlan(plan); err != nil {
					return err
				}
			}
			mail.User, mail.Password = os.Getenv(smtpUserVariable), os.Getenv(smtpPasswordVariable)
			send, err := sender(cmd, to, webhookFile, &mail)
			if err != nil {
				return err
			}
			reader, closeStore, err := store.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeStore()) }()
			made, err := digest.Make(cmd.Context(), reader, question)
			if err != nil {
				return err
			}
			return send(cmd.Context(), made)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cycle, "period", string(digest.Week), "report on the last complete "+strings.Join(digest.Cycles, ", "))
	complete(cmd, "period", digest.Cycles)
	flags.StringVar(&to, "to", toStdout, "receiver: "+strings.Join(receivers, ", ")+" (stdout)")
	complete(cmd, "to", receivers)
	flags.StringVar(&webhookFile, "webhook-file", "", "file with the webhook's URL (or $"+webhookVariable+")")
	flags.StringVar(&mail.Server, "smtp", "", "mail server, HOST:PORT")
	flags.StringVar(&mail.From, "mail-from", "", "sender of the mail")
	flags.StringSliceVar(&mail.To, "mail-to", nil, "recipients; separate several with commas")
	addBudgets(cmd, &plan, "YAML file with budgets to report on")
	flags.StringVar(&link, "link", "", "URL of the page, added as the last line")
	flags.StringVar(&zone, "zone", "UTC", "time zone of days and months, for example Europe/Berlin")
	by.add(cmd, ledger.ByApplication)
	filter.add(cmd)
	prices.add(cmd)
	store.add(cmd)
	return cmd
}

// sender is how the digest goes out; what is missing for it is found before the ledger
// is asked.
func sender(cmd *cobra.Command, to, webhookFile string, mail *digest.Mail) (func(context.Context, *digest.Digest) error, error) {
	switch to {
	case toStdout:
		return func(_ context.Context, d *digest.Digest) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), d.Text())
			return err
		}, nil
	case toEmail:
		if err := mail.Validate(); err != nil {
			return nil, usagef("--to email: %w (set --smtp, --mail-from and --mail-to)", err)
		}
		return func(ctx context.Context, d *digest.Digest) error { return mail.Send(ctx, d, time.Now()) }, nil
	case toSlack, toTeams:
		webhook, source := os.Getenv(webhookVariable), "$"+webhookVariable
		if webhookFile != "" {
			text, err := plainfile.Read(webhookFile)
			if err != nil {
				return nil, wrongFile("--webhook-file", webhookFile, err)
			}
			webhook, source = strings.TrimSpace(string(text)), "--webhook-file "+webhookFile
		}
		if webhook == "" {
			return nil, usagef("--to %s: no webhook: set --webhook-file or $%s", to, webhookVariable)
		}
		if err := digest.CheckWebhook(webhook); err != nil {
			return nil, usagef("%s: %w", source, err)
		}
		return func(ctx context.Context, d *digest.Digest) error {
			if to == toTeams {
				return d.Teams(ctx, webhook)
			}
			return d.Slack(ctx, webhook)
		}, nil
	}
	return nil, usagef("--to %q: use one of %s", to, strings.Join(receivers, ", "))
}
