package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportCacheCommand() *cobra.Command {
	var (
		flags  reportFlags
		prices priceFlags
	)
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "Show why prompts were not read from the vendor's cache",
		Long: `Show why prompts were not read from the vendor's cache, and what that cost:

  - the tools, the instructions or the first message changed
  - the model changed
  - the prefix was last used too long ago
  - the prefix was never written to the cache
  - the prefix is too short for the cache

The report compares hashes of prompts. To record them, use the option WithPromptHash
of the Go transport (otelgenai).`,
		Example: `  spanledger report cache --since 24h
  spanledger report cache --since 7d --where agent=planner --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question := report.CacheQuestion{Period: s.Period, Where: s.Where, Top: s.Top}
			if question.Prices, err = prices.catalogue(); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Cache(cmd.Context(), reader, question)
			})
		},
	}
	flags.addTop(cmd, 3, "number of calls to show for each cause")
	prices.add(cmd)
	flags.add(cmd, "24h")
	return cmd
}
