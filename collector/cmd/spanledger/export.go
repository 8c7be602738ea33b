package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/durable"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
	"github.com/spanledger/spanledger/collector/report/format"
)

// exportRows names the rows of each table that can be exported.
var exportRows = map[string]string{transfer.Calls: "call", transfer.Logs: "log record", transfer.Evaluations: "evaluation", transfer.Outcomes: "outcome"}

func newExportCommand() *cobra.Command {
	var (
		store      storeFlags
		period     periodFlags
		fileFormat string
		table      string
		force      bool
	)
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Export calls, log records or results to Parquet or CSV",
		Long: `Export every call of a period to a file, ordered by start, with the columns of the
view llm_calls. Amounts are exact. Spans that are not billed are included, with
billable = false. FILE - is standard output.

With --table logs, evaluations or outcomes, export those, with the columns of the view
of that name.

A running collector exports its own ledger, and needs disk space for the file in its
folder for temporary files.`,
		Example: `  spanledger export calls.parquet --since 7d
  spanledger export calls.csv --from 2026-10-01 --to 2026-11-01
  spanledger export logs.parquet --table logs --since 1d
  spanledger export - --format csv --from 2026-10-01 --to 2026-11-01 | head`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if fileFormat == "" {
				promised, err := formatOf(args[0])
				if err != nil {
					return err
				}
				fileFormat = promised
			}
			if fileFormat != string(duckdb.Parquet) && fileFormat != string(duckdb.CSV) {
				return usagef("--format %q: expected parquet or csv", fileFormat)
			}
			rows, known := exportRows[table]
			if !known {
				return usagef("--table %q: expected calls, logs, evaluations or outcomes", table)
			}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			q := ledger.ExportQuery{Table: table, Format: fileFormat, From: when.From, Until: when.Until}
			err = writeOut(cmd, args[0], force, func(file string) (string, error) {
				n, err := exportFile(cmd, &store, q, file)
				return format.Counted(n, rows), err
			})
			if err != nil || table != transfer.Calls {
				return err
			}
			_, err = fmt.Fprintln(cmd.ErrOrStderr(), "calls with billable = true are billed; the others describe one of these once more")
			return err
		},
	}
	cmd.Flags().StringVar(&fileFormat, "format", "", "file format: parquet, csv (default: that of the ending of FILE; parquet without one)")
	cmd.Flags().StringVar(&table, "table", transfer.Calls, "table to export: calls, logs, evaluations, outcomes")
	cmd.Flags().BoolVar(&force, "force", false, "replace FILE if it exists")
	complete(cmd, "table", []string{transfer.Calls, transfer.Logs, transfer.Evaluations, transfer.Outcomes})
	complete(cmd, "format", []string{string(duckdb.Parquet), string(duckdb.CSV)})
	period.add(cmd, "30d")
	store.add(cmd)
	return cmd
}

// formatOf is the format that the name of a file promises; one without an ending promises
// none, and has the standard one.
func formatOf(file string) (string, error) {
	switch ending := strings.ToLower(filepath.Ext(file)); ending {
	case ".csv":
		return string(duckdb.CSV), nil
	case "", ".parquet", ".pq":
		return string(duckdb.Parquet), nil
	default:
		return "", usagef("FILE %q: no export has the ending %s: use .parquet or .csv, or name the format with --format parquet or --format csv", file, ending)
	}
}

func exportFile(cmd *cobra.Command, flags *storeFlags, q ledger.ExportQuery, file string) (rows int64, err error) {
	reader, closeStore, err := flags.open(cmd.Context())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	waiting := showWaiting(cmd.Context(), cmd.ErrOrStderr(), "exporting")
	defer waiting()
	if files, ok := reader.(ledger.FileExporter); ok {
		return files.ExportFile(cmd.Context(), q, file)
	}
	opened, ok := reader.(ledger.Store)
	if !ok {
		return 0, fmt.Errorf("%T does not support export", reader)
	}
	if err := opened.Migrate(cmd.Context()); err != nil {
		return 0, err
	}
	return transfer.Export(cmd.Context(), opened, q, file, copyProgress(cmd))
}

// showWaiting shows on a terminal the current state, with the time it takes so far,
// until its result is called.
func showWaiting(ctx context.Context, out io.Writer, what string) (stop func()) {
	line := newProgressLine(out)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	begin := time.Now()
	go func() {
		defer close(done)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				line.clear()
				return
			case <-ticker.C:
				line.show(fmt.Sprintf("%s, %s", what, time.Since(begin).Round(time.Second)))
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// standardOutput in the place of a file.
const standardOutput = "-"

// writeOut has a file written under another name and renames it when it is whole: no
// reader finds half of one, and one that is there is replaced only by force. What
// write returns is said afterwards, on standard error when the file goes to standard
// output.
func writeOut(cmd *cobra.Command, file string, force bool, write func(file string) (wrote string, err error)) (err error) {
	folder := filepath.Dir(file)
	if file == standardOutput {
		folder = os.TempDir()
	} else if _, err := os.Stat(file); err == nil && !force {
		return fmt.Errorf("%s: file exists (hint: use --force to replace it, or another name)", file)
	}
	if info, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return usagef("FILE %q: there is no folder %s: make it first, or name a file in another one", file, folder)
	}
	dir, err := os.MkdirTemp(folder, ".spanledger-")
	if notWritable(err) {
		return fmt.Errorf("FILE %q: the folder %s is not writable: name a file in another one", file, folder)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	draft := filepath.Join(dir, "file")
	wrote, err := write(draft)
	if err != nil {
		return err
	}
	if file == standardOutput {
		text, err := os.Open(draft)
		if err != nil {
			return err
		}
		defer text.Close()
		if _, err := io.Copy(cmd.OutOrStdout(), text); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.ErrOrStderr(), wrote)
		return err
	}
	// It holds what the ledger holds about users.
	if err := os.Chmod(draft, 0o600); err != nil {
		return err
	}
	if err := durable.Replace(draft, file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s in %s\n", wrote, file)
	return err
}

// notWritable says that a file cannot be made where it is to be.
func notWritable(err error) bool {
	cause := ledger.CauseOf(err)
	return cause == ledger.CauseAccessDenied || cause == ledger.CauseReadOnly
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
