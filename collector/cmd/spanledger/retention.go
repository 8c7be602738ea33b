package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/report/format"
)

// ledgerFlags choose the ledger to change.
type ledgerFlags struct{ store string }

func (f *ledgerFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.store, "store", "",
		"ledger to change: duckdb://FILE or clickhouse://USER@HOST:9000/DATABASE (default "+defaultStore+", or $"+storeVariable+")")
}

// change opens an existing ledger, and closes it when do has returned.
func (f *ledgerFlags) change(ctx context.Context, do func(store ledger.Store) error) error {
	store, err := f.existing(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}

// existing is open for a ledger that is there already.
func (f *ledgerFlags) existing(ctx context.Context) (ledger.Store, error) {
	if err := mustExist((&storeFlags{store: f.store}).dsn()); err != nil {
		return nil, err
	}
	return f.open(ctx)
}

// open gives the ledger itself: what changes it does not go through the API of
// a running collector, which only reads.
func (f *ledgerFlags) open(ctx context.Context) (ledger.Store, error) {
	store, err := ledgerstore.Open(ctx, (&storeFlags{store: f.store}).dsn())
	var locked *duckdb.LockedError
	if errors.As(err, &locked) {
		return nil, fmt.Errorf("%w (hint: stop it first, because this command changes the file)", err)
	}
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// unchanged opens an existing ledger without upgrading its schema. A schema older
// than this binary's is reported in notes.
func (f *ledgerFlags) unchanged(ctx context.Context, notes io.Writer) (_ ledger.Store, err error) {
	dsn := (&storeFlags{store: f.store}).dsn()
	if err := mustExist(dsn); err != nil {
		return nil, err
	}
	store, err := ledgerstore.Open(ctx, dsn)
	var locked *duckdb.LockedError
	if errors.As(err, &locked) {
		return nil, fmt.Errorf("%w (hint: stop it first, because only one process can open the file)", err)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, store.Close())
		}
	}()
	have, known, err := store.SchemaVersion(ctx)
	switch {
	case err != nil:
		return nil, err
	case have > known:
		return nil, &ledger.SchemaNewerError{Have: have, Known: known}
	case have < known:
		fmt.Fprintf(notes, "ledger schema is version %d, this binary knows %d: a collector of this release upgrades it when it starts\n", have, known)
	}
	return store, nil
}

func newRetentionCommand() *cobra.Command {
	var (
		flags  ledgerFlags
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
nothing is changed, not even the schema of a ledger of an earlier release.`,
		Example: `  spanledger retention
  spanledger retention --detail-days 30 --log-days 3
  spanledger retention --apply --store clickhouse://127.0.0.1:9000/spanledger`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if _, err := output.format(); err != nil {
				return err
			}
			change := changed(cmd.Flags(), "detail-days", "rollup-days", "log-days")
			open := flags.existing
			if !change && !apply {
				open = func(ctx context.Context) (ledger.Store, error) { return flags.unchanged(ctx, cmd.ErrOrStderr()) }
			}
			store, err := open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			kept, err := store.Retention(cmd.Context())
			if err != nil {
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
				if err := kept.Validate(); err != nil {
					return usagef("%w", err)
				}
				if err := store.SetRetention(cmd.Context(), kept); err != nil {
					return err
				}
			}
			if apply {
				if err := store.Expire(cmd.Context()); err != nil {
					return err
				}
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
