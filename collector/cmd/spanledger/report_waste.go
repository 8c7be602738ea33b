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
		top    int
	)
	cmd := &cobra.Command{
		Use:   "waste",
		Short: "Show what was paid for and came to nothing",
		Long: `Show the cost of failed calls, of answers that were not read to their end, of runs that
ended in error, of retries of a failing tool, and of context that was sent again
without a cache hit: only what the spans prove, each call in one line, with the most
expensive calls of each line.`,
		Example: `  spanledger report waste --since 7d
  spanledger report waste --since 24h --where application=intake-bot --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.WasteQuestion{Top: top}
			var err error
			if question.Period, question.Where, err = flags.read(); err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			if question.Prices, err = prices.catalogue(); err != nil {
				return err
			}
			return flags.answer(cmd, func(reader ledger.Reader) (documenter, error) {
				return report.Waste(cmd.Context(), reader, question)
			})
		},
	}
	addTop(cmd, &top, 5, "number of calls of each line (0 = 5)")
	prices.add(cmd)
	flags.add(cmd, "7d")
	return cmd
}
