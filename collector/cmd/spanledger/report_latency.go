package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportLatencyCommand() *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "latency",
		Short: "Show latency percentiles, slowest first",
		Example: `  spanledger report latency --since 24h
  spanledger report latency --by provider,model --where status=ok`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Latency(ctx, reader, report.LatencyQuestion(s))
		}),
	}
	flags.by.add(cmd, ledger.ByModel)
	flags.addTopOrAll(cmd, 0, "show the slowest rows only")
	flags.add(cmd, "7d")
	return cmd
}
