package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportUnitCommand() *cobra.Command {
	var (
		flags    reportFlags
		revenue  string
		question report.UnitQuestion
	)
	cmd := &cobra.Command{
		Use:   "unit --outcome NAME",
		Short: "Show the cost per accepted outcome",
		Long: `Show the cost per accepted outcome (spanledger.outcome), for example per resolved ticket
or merged pull request. The cost of all runs of the period counts, including runs
without an accepted outcome. With a table of revenue, show the margin of each customer.`,
		Example: `  spanledger report unit --outcome ticket_resolved --since 30d
  spanledger report unit --outcome ticket_resolved --by prompt_version --where workflow=support
  spanledger report unit --outcome ticket_resolved --by tag:customer --revenue revenue.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question.Period, question.By, question.Where, question.Top = s.Period, s.By, s.Where, s.Top
			if question.Outcome == "" {
				return usagef("--outcome is missing: give the name of the outcome, such as ticket_resolved")
			}
			if revenue != "" {
				if question.Revenue, err = report.ReadRevenueFile(revenue); err != nil {
					return wrongContent("--revenue", revenue, err)
				}
				if !cmd.Flags().Changed("by") {
					question.By = []ledger.Dimension{question.Revenue.Dimension}
				}
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				answer, err := report.Unit(cmd.Context(), reader, question)
				return answer, flagError(err)
			})
		},
	}
	flags.by.add(cmd)
	cmd.Flags().StringVar(&question.Outcome, "outcome", "", "name of the outcome (required)")
	cmd.Flags().StringVar(&revenue, "revenue", "", "CSV file with the columns date, a dimension such as tag:customer, and usd; or a YAML file of such lines")
	flags.addTopOrAll(cmd, 0, "show the most expensive rows only")
	flags.add(cmd, "30d")
	return cmd
}
