package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportErrorsCommand() *cobra.Command {
	var (
		flags reportFlags
		by    dimensionFlags
		top   int
	)
	cmd := &cobra.Command{
		Use:   "errors",
		Short: "Show failed calls by error, model and user",
		Example: `  spanledger report errors --since 24h
  spanledger report errors --by provider,application --top 5`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.ErrorsQuestion{Top: top}
			var err error
			if question.Period, question.Where, err = flags.read(); err != nil {
				return err
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Errors(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd, ledger.ByErrorType, ledger.ByModel, ledger.ByUser)
	addTop(cmd, &top, 10, "rows of each table (0 = all)")
	flags.add(cmd, "7d")
	return cmd
}
