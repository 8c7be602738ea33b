package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportErrorsCommand() *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "errors",
		Short: "Show failed calls by error, model and user",
		Example: `  spanledger report errors --since 24h
  spanledger report errors --by provider,application --top 5`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Errors(ctx, reader, report.ErrorsQuestion(s))
		}),
	}
	flags.by.add(cmd, ledger.ByErrorType, ledger.ByModel, ledger.ByUser)
	flags.addTopOrAll(cmd, 10, "rows of each table")
	flags.add(cmd, "7d")
	return cmd
}
