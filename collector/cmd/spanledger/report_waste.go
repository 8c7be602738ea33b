package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportWasteCommand() *cobra.Command {
	var (
		flags  reportFlags
		prices priceFlags
	)
	cmd := &cobra.Command{
		Use:   "waste",
		Short: "Show calls that were paid for without any use",
		Long: `Show the cost of calls that were paid for without any use:

  - failed calls that were billed
  - answers that were not read to the end
  - runs that ended with an error
  - retries of a failing tool
  - context that was sent again and not read from the cache

Only what the spans prove is counted, and each call is counted in one line. Below are
the most expensive calls of each line.`,
		Example: `  spanledger report waste --since 7d
  spanledger report waste --since 24h --where application=intake-bot --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question := report.WasteQuestion{Period: s.Period, Where: s.Where, Top: s.Top}
			if question.Prices, err = prices.catalogue(); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Waste(cmd.Context(), reader, question)
			})
		},
	}
	flags.addTop(cmd, 5, "number of calls to show for each line")
	prices.add(cmd)
	flags.add(cmd, "7d")
	return cmd
}
