package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportCostCommand() *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Show cost, usage and errors by dimension",
		Example: `  spanledger report cost --by department --since 7d
  spanledger report cost --by user,model --top 10 --format csv
  spanledger report cost --by agent --where application=research-desk --format json`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Cost(ctx, reader, report.CostQuestion{Period: s.Period, By: s.By, Where: s.Where, Top: s.Top})
		}),
	}
	flags.by.add(cmd, ledger.ByDepartment)
	flags.addTopOrAll(cmd, 0, "show the most expensive rows only, and one for the rest")
	flags.add(cmd, "7d")
	return cmd
}
