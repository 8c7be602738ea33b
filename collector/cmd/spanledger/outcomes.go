package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/outcomes"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newOutcomesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outcomes",
		Short: "Record outcomes of runs",
		Long: `Record outcomes of runs, for spanledger report unit: for example that a ticket was
resolved. Applications record them with tracing.RecordOutcome, other programs with
POST /v1/outcomes.`,
		Example: `  spanledger outcomes import tickets.csv`,
	}
	cmd.AddCommand(newOutcomesImportCommand())
	return cmd
}

func newOutcomesImportCommand() *cobra.Command {
	var flags storeFlags
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Record outcomes from a CSV file",
		Long: `Record outcomes from a CSV file. The first line has the names of the columns:

  name                   name of the outcome
  trace_id               the trace, conversation or tag that the outcome belongs to:
  conversation_id        give one of these
  tag_key, tag_value
  accepted               true or false (default: true)
  value                  optional
  time                   default: now
  id                     to count several outcomes of the same thing

If a line cannot be read, nothing is recorded. Importing a file again changes nothing.
If several outcomes have the same name and belong to the same thing, the latest counts.
FILE - is standard input. While a collector has the ledger open, its API is used.`,
		Example: `  spanledger outcomes import tickets.csv
  spanledger outcomes import - --server http://127.0.0.1:8890 < tickets.csv`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			statements, err := readOutcomes(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			if err := recordOutcomes(cmd.Context(), &flags, statements); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s recorded\n", format.Counted(int64(len(statements)), "outcome"))
			return err
		},
	}
	flags.addFor(cmd, "ledger to write to", "record", "bearer token in $"+tokenVariable)
	return cmd
}

func readOutcomes(stdin io.Reader, path string) ([]outcomes.Statement, error) {
	in := stdin
	if path != "-" {
		file, err := plainfile.Open(path)
		if err != nil {
			return nil, wrongFile("FILE", path, err)
		}
		defer file.Close()
		in = file
	}
	statements, err := outcomes.ReadCSV(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(statements) == 0 {
		return nil, fmt.Errorf("%s: no outcomes in the file", path)
	}
	return statements, nil
}

func recordOutcomes(ctx context.Context, flags *storeFlags, statements []outcomes.Statement) (err error) {
	reader, closeStore, err := flags.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	switch to := reader.(type) {
	case *remote.Client:
		return to.RecordOutcomes(ctx, statements)
	case ledger.Store:
		if err := to.Migrate(ctx); err != nil {
			return err
		}
		results, err := outcomes.Results(statements, time.Now())
		if err != nil {
			return err
		}
		return to.WriteResults(ctx, results)
	}
	return fmt.Errorf("%T takes no outcomes", reader)
}
