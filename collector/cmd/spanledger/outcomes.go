package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/outcomes"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newOutcomesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outcomes",
		Short: "Record what runs came to",
		Long: `Record outcomes: what runs were for, and whether it was reached, for spanledger report unit.
Applications record them by tracing.RecordOutcome, other programs by POST /v1/outcomes.`,
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
		Long: `Record outcomes from a CSV file, whose first line names its columns: name; trace_id,
conversation_id, or tag_key and tag_value, of what each is about; accepted (true where it
is missing), value, time (now) and id, which tells outcomes of one name about the same
thing apart. FILE - is standard input. All lines are recorded or, if one cannot be read,
none. Importing a file again changes nothing; of outcomes of one name about the same
thing the latest holds.

Through the API of a running collector where that holds the ledger.`,
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
	flags.add(cmd)
	return cmd
}

func readOutcomes(stdin io.Reader, path string) ([]outcomes.Statement, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	statements, err := outcomes.ReadCSV(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(statements) == 0 {
		return nil, fmt.Errorf("%s: has no outcomes", path)
	}
	if _, err := outcomes.Results(statements, time.Now()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
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
