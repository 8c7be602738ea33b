package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newRetentionCommand() *cobra.Command {
	var (
		flags  operatorFlags
		output outputFlags
		want   ledger.Retention
		apply  bool
	)
	cmd := &cobra.Command{
		Use:   "retention",
		Short: "Show or set how long data is kept",
		Long: `Show how long the ledger keeps calls, rollups by hour and day, and log records. Change
it with --detail-days, --rollup-days and --log-days.

A running collector deletes expired data; --apply deletes it now. Without these flags
nothing is changed, not even the schema of a ledger of an earlier release.

` + throughCollector,
		Example: `  spanledger retention
  spanledger retention --detail-days 30 --log-days 3
  spanledger retention --apply --store clickhouse://127.0.0.1:9000/spanledger`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := output.format(); err != nil {
				return err
			}
			change := changed(cmd.Flags(), "detail-days", "rollup-days", "log-days")
			var kept ledger.Retention
			if err := flags.run(cmd, change || apply, func(operator operate.Operator) (err error) {
				if kept, err = operator.Retention(cmd.Context()); err != nil {
					return err
				}
				if change {
					if cmd.Flags().Changed("detail-days") {
						kept.DetailDays = want.DetailDays
					}
					if cmd.Flags().Changed("rollup-days") {
						kept.RollupDays = want.RollupDays
					}
					if cmd.Flags().Changed("log-days") {
						kept.LogDays = want.LogDays
					}
					if err := checkRetention(cmd.Flags(), kept); err != nil {
						return err
					}
					if err := operator.SetRetention(cmd.Context(), kept); err != nil {
						return err
					}
				}
				if !apply {
					return nil
				}
				defer showWaiting(cmd.Context(), cmd.ErrOrStderr(), "deleting")()
				return operator.Expire(cmd.Context())
			}); err != nil {
				return err
			}
			return output.write(cmd, retentionDocument(kept))
		},
	}
	cmd.Flags().IntVar(&want.DetailDays, "detail-days", 0, "days to keep calls and agent spans")
	cmd.Flags().IntVar(&want.RollupDays, "rollup-days", 0, "days to keep rollups by hour and day")
	cmd.Flags().IntVar(&want.LogDays, "log-days", 0, "days to keep log records")
	cmd.Flags().BoolVar(&apply, "apply", false, "delete expired data now")
	output.add(cmd)
	flags.add(cmd)
	return cmd
}

// checkRetention names the flag with a wrong number of days.
func checkRetention(flags *pflag.FlagSet, kept ledger.Retention) error {
	if kept.DetailDays > kept.RollupDays && kept.DetailDays <= ledger.MaxRetentionDays && !changed(flags, "rollup-days") {
		return usagef("--detail-days %d is more than the rollup days (%d): raise --rollup-days too", kept.DetailDays, kept.RollupDays)
	}
	err := kept.Validate()
	if wrong, ok := errors.AsType[*ledger.RetentionError](err); ok {
		return usagef("--%s-days %d: expected %s", wrong.Part, wrong.Days, wrong.Want)
	}
	return err
}

func retentionDocument(r ledger.Retention) *format.Document {
	return &format.Document{
		Name:  "retention",
		Title: "Retention",
		Tables: []format.Table{{
			Name: "tables",
			Columns: []format.Column{
				{Key: "table", Header: "Table"},
				{Key: "days", Header: "Days", Kind: format.Count},
			},
			Rows: [][]any{
				{"calls and agent spans", int64(r.DetailDays)},
				{"rollups by hour and day", int64(r.RollupDays)},
				{"log records", int64(r.LogDays)},
			},
		}},
	}
}
