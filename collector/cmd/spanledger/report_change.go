package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportChangeCommand() *cobra.Command {
	var (
		flags                reportFlags
		beforeFrom, beforeTo string
		a, b                 filterFlags
	)
	cmd := &cobra.Command{
		Use:   "change",
		Short: "Show why the cost changed between two periods",
		Long: `Show why the cost changed between two periods: the period and, by default, the period
of equal length before it. --before-from and --before-to choose another earlier period.
The change is divided into steps that add up to it: requests, failed requests, model
mix, prompt length, cache share, answer length, and prices. Below are the groups whose
cost changed most.

To compare two models, or two versions of a prompt, filter the two sides with --a and
--b. Both sides then have the same period, unless an earlier one is given.`,
		Example: `  spanledger report change --since 7d --by user
  spanledger report change --since 7d --a prompt_version=v3 --b prompt_version=v4 --where prompt_name=planner
  spanledger report change --from 2026-11-01 --to 2026-12-01 --before-from 2026-10-01 --before-to 2026-11-01`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := flags.read()
			if err != nil {
				return err
			}
			question := report.ChangeQuestion{After: s.Period, By: s.By, Where: s.Where, Top: s.Top}
			if question.WhereBefore, err = a.conditionsOf("a"); err != nil {
				return err
			}
			if question.WhereAfter, err = b.conditionsOf("b"); err != nil {
				return err
			}
			sides := len(question.WhereBefore)+len(question.WhereAfter) > 0
			if question.Before, err = earlierPeriod(s.Period, beforeFrom, beforeTo, sides); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Change(cmd.Context(), reader, question)
			})
		},
	}
	cmd.Flags().StringVar(&beforeFrom, "before-from", "", "start of the earlier period (default: the period of equal length before)")
	cmd.Flags().StringVar(&beforeTo, "before-to", "", "end of the earlier period, exclusive")
	cmd.Flags().StringArrayVar(&a.where, "a", nil, "filter for the earlier side only, like --where; may be repeated")
	cmd.Flags().StringArrayVar(&b.where, "b", nil, "filter for the later side only, like --where; may be repeated")
	flags.by.add(cmd, ledger.ByApplication)
	flags.addTop(cmd, 10, "number of groups")
	flags.add(cmd, "7d")
	return cmd
}

// earlierPeriod is the period of the flags, or the one of equal length before p. If
// the sides have filters of their own, the default is p itself.
func earlierPeriod(p report.Period, from, to string, sides bool) (report.Period, error) {
	switch {
	case from == "" && to == "" && sides:
		return p, nil
	case from == "" && to == "":
		return report.Period{From: p.From.Add(-p.Until.Sub(p.From)), Until: p.From, Zone: p.Zone}, nil
	case from == "" || to == "":
		return report.Period{}, usagef("--before-from and --before-to: give both or neither")
	}
	named, err := report.ParsePeriod("", from, to, p.Zone, time.Now())
	if err != nil {
		if wrong, ok := errors.AsType[*report.ParameterError](err); ok {
			wrong.Parameter = "before-" + wrong.Parameter
		}
		return report.Period{}, flagError(err)
	}
	return named, nil
}
