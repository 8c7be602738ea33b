package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

func newMigrateStoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate-store FROM TO",
		Short: "Move a ledger to another store",
		Long: `Copy every call and agent span from one store to another, say from the embedded
DuckDB file to a ClickHouse server. Rows keep their version, so the command may be
repeated: point the collector at the new store, run it, and nothing is missing or
double. The rows of FROM are not changed.

FROM may have the schema of a newer release: this is the way back to an older one
(docs/upgrading.md). What only the newer release keeps stays behind.

Who was forgotten stays so in TO. Log records, sums whose calls have expired, and
the figures that repricing replaced, stay behind in FROM.`,
		Example: `  spanledger migrate-store duckdb://spanledger-data/ledger.duckdb clickhouse://127.0.0.1:9000/spanledger`,
		Args:    exactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			for _, dsn := range args {
				if err := ledgerstore.Validate(dsn); err != nil {
					return usagef("%w", err)
				}
			}
			from, err := openSource(cmd, args[0])
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, from.Close()) }()
			to, err := (&ledgerFlags{store: args[1]}).open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, to.Close()) }()
			return migrateStore(cmd, from, to)
		},
	}
}

// openSource brings the schema up to date, unless it is a newer binary's:
// reading loses nothing of it.
func openSource(cmd *cobra.Command, dsn string) (ledger.Store, error) {
	store, err := (&ledgerFlags{store: dsn}).existing(cmd.Context())
	var newer *ledger.SchemaNewerError
	if !errors.As(err, &newer) {
		return store, err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "schema version %d is copied by a binary that knows %d: what only the newer one keeps stays behind\n", newer.Have, newer.Known)
	return ledgerstore.Open(cmd.Context(), dsn)
}

func migrateStore(cmd *cobra.Command, from, to ledger.Store) error {
	source, ok := from.(ledger.Source)
	if !ok {
		return fmt.Errorf("%T gives no rows", from)
	}
	calls, spans, err := transfer.Copy(cmd.Context(), source, to, time.Time{}, time.Time{}, copyProgress(cmd))
	if err != nil {
		return fmt.Errorf("after %d calls and %d spans: %w; run it again, it goes on where it is needed", calls, spans, err)
	}
	if err := transfer.Forgotten(cmd.Context(), from, to); err != nil {
		return err
	}
	before, err := billed(cmd.Context(), from)
	if err != nil {
		return err
	}
	after, err := billed(cmd.Context(), to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d calls and %d spans copied\nbefore: %d billed calls, %s USD\nafter:  %d billed calls, %s USD\n",
		calls, spans, before.Calls, before.Cost, after.Calls, after.Cost)
	return err
}

// billed is the total of all time.
func billed(ctx context.Context, reader ledger.Reader) (ledger.Totals, error) {
	groups, err := reader.Aggregate(ctx, ledger.Query{})
	if err != nil {
		return ledger.Totals{}, err
	}
	return groups[0].Totals, nil
}
