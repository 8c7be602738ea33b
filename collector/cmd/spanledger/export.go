package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

func newExportCommand() *cobra.Command {
	var (
		flags      ledgerFlags
		period     periodFlags
		fileFormat string
		table      string
	)
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Export calls or log records to a Parquet or CSV file",
		Long: `Export every call of a period to a file, ordered by start, with the columns of the
view llm_calls. Amounts are exact. Spans that are not billed are included, with
billable = false.

With --table logs, export the log records, with the columns of the view logs.`,
		Example: `  spanledger export calls.parquet --since 7d
  spanledger export logs.parquet --table logs --since 1d
  spanledger export calls.csv --format csv --from 2026-10-01 --to 2026-11-01`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format := duckdb.FileFormat(fileFormat)
			if format != duckdb.Parquet && format != duckdb.CSV {
				return usagef("--format %q: expected parquet or csv", fileFormat)
			}
			written := map[transfer.Table]string{transfer.Calls: "calls", transfer.Logs: "log records"}
			rows, known := written[transfer.Table(table)]
			if !known {
				return usagef("--table %q: expected calls or logs", table)
			}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			return flags.change(cmd.Context(), func(store ledger.Store) error {
				n, err := transfer.Export(cmd.Context(), store, transfer.Table(table), args[0], format, when.From, when.Until, copyProgress(cmd))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d %s in %s\n", n, rows, args[0])
				return err
			})
		},
	}
	cmd.Flags().StringVar(&fileFormat, "format", string(duckdb.Parquet), "file format: parquet, csv")
	cmd.Flags().StringVar(&table, "table", string(transfer.Calls), "table to export: calls, logs")
	complete(cmd, "table", []string{string(transfer.Calls), string(transfer.Logs)})
	complete(cmd, "format", []string{string(duckdb.Parquet), string(duckdb.CSV)})
	period.add(cmd, "30d")
	flags.add(cmd)
	return cmd
}

// copyProgress shows on a terminal how far a copy has come.
func copyProgress(cmd *cobra.Command) transfer.Progress {
	out := cmd.ErrOrStderr()
	if !isTerminal(out) {
		return nil
	}
	return func(part ledger.Part, at time.Time, rows int) {
		fmt.Fprintf(out, "\r\x1b[K%s  %d %s", at.UTC().Format("2006-01-02 15:04"), rows, part)
	}
}
