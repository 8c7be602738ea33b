package main

import (
	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/optimize"
)

const optimizeLong = `Find possible savings, each with its evidence and its amount from the catalogue: a
smaller model of the same family for short calls, prompts that could be cached,
caches that are not read, batch prices, long-context rates, long answers, failed
calls that were billed, runs that did not end.

Groups with fewer calls than --min-calls are not evaluated.

--applied TIME shows if a change saved money: the saving that was recommended for the
calls before TIME, and the saving since.`

func newOptimizeCommand() *cobra.Command {
	var (
		flags     reportFlags
		settings  optimize.Settings
		minSaving string
		retention string
		applied   string
	)
	cmd := &cobra.Command{
		Use:   "optimize",
		Short: "Find possible savings, with evidence",
		Long:  optimizeLong,
		Example: `  spanledger optimize --since 7d
  spanledger optimize --since 1h --min-calls 5 --min-saving 0.0001
  spanledger optimize --since 14d --applied 2026-11-22
  spanledger optimize --since 28d --batchable digest-job --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question := optimize.Question{Period: s.Period, Where: s.Where, Settings: settings}
			if settings.MinCalls < 1 {
				return usagef("--min-calls %d: use 1 or more", settings.MinCalls)
			}
			if question.Settings.MinSaving, err = udecimal.Parse(minSaving); err != nil || !question.Settings.MinSaving.IsPos() {
				return usagef("--min-saving %q: expected an amount in USD above zero, such as 0.01", minSaving)
			}
			if question.Settings.OpenAIRetention, err = optimize.ParseRetention(retention); err != nil {
				return usagef("--openai-retention %w", err)
			}
			if applied != "" {
				at, err := report.ParseInstant(applied, question.Period.Zone)
				if err != nil {
					return usagef("--applied %q: %w", applied, err)
				}
				if !at.After(question.Period.From) || !at.Before(question.Period.Until) {
					return usagef("--applied %q is not inside the period %s (give a longer --since)", applied, fromTo(question.Period))
				}
				return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
					return optimize.Applied(cmd.Context(), reader, question, at)
				})
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return optimize.Find(cmd.Context(), reader, question)
			})
		},
	}
	cmd.Flags().StringVar(&applied, "applied", "", "time of a change: compare the recommended saving before it with the saving since")
	cmd.Flags().Int64Var(&settings.MinCalls, "min-calls", 100, "minimum number of calls in a group")
	cmd.Flags().StringVar(&minSaving, "min-saving", "0.01", "minimum saving in USD over the period")
	cmd.Flags().StringSliceVar(&settings.Batchable, "batchable", nil, "applications that can use batch APIs; separate several with commas")
	cmd.Flags().StringVar(&retention, "openai-retention", string(optimize.Extended), "retention of OpenAI's prompt caches: 24h, or in_memory with zero data retention")
	flags.add(cmd, "7d")
	return cmd
}
