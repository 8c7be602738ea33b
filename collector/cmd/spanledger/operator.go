package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// throughCollector ends the help of commands that change the ledger.
const throughCollector = `If a running collector has the DuckDB file open, the change is made by that collector.
With --server, a change needs the admin_token of the collector, in
SPANLEDGER_ADMIN_TOKEN. Collectors can continue to write at the same time.`

// operatorFlags choose the ledger to change: a store, or the collector that holds it.
type operatorFlags struct{ storeFlags }

func (f *operatorFlags) add(cmd *cobra.Command) {
	f.addFor(cmd, "ledger to change", "change it", "admin_token in $"+adminVariable)
}

// change has do change the ledger. The schema of a store is upgraded first.
func (f *operatorFlags) change(ctx context.Context, do func(operate.Operator) error) error {
	return f.with(ctx, do, func(store ledger.Store) error { return store.Migrate(ctx) })
}

// look has do read what a change would do. A store's schema stays as it is; notes
// tell of one that is older than this binary's.
func (f *operatorFlags) look(ctx context.Context, notes io.Writer, do func(operate.Operator) error) error {
	return f.with(ctx, do, func(store ledger.Store) error { return noteSchema(ctx, store, notes) })
}

func (f *operatorFlags) with(ctx context.Context, do func(operate.Operator) error, prepare func(ledger.Store) error) error {
	store, client, err := f.find(ctx)
	switch {
	case err != nil:
		return err
	case client != nil:
		return do(client)
	}
	err = prepare(store)
	if err == nil {
		err = do(operate.On(store, pricing.Default()))
	}
	return errors.Join(err, store.Close())
}

// run has do change the ledger, or only look at what a change would do.
func (f *operatorFlags) run(cmd *cobra.Command, change bool, do func(operate.Operator) error) error {
	if change {
		return f.change(cmd.Context(), do)
	}
	return f.look(cmd.Context(), cmd.ErrOrStderr(), do)
}

// noteSchema refuses a schema newer than this binary's, and tells of an older one.
func noteSchema(ctx context.Context, store ledger.Store, notes io.Writer) error {
	have, known, err := store.SchemaVersion(ctx)
	switch {
	case err != nil:
		return err
	case have > known:
		return &ledger.SchemaNewerError{Have: have, Known: known}
	case have < known:
		fmt.Fprintf(notes, "ledger schema is version %d, this binary knows %d: a collector of this release upgrades it when it starts\n", have, known)
	}
	return nil
}

// workProgress shows on a terminal how far an operation is, until its second result
// is called. Calls is how many it has seen, 0 where it does not count them.
func workProgress(cmd *cobra.Command) (show func(done time.Time, calls int), clear func()) {
	line := newProgressLine(cmd.ErrOrStderr())
	return func(done time.Time, calls int) {
		text := done.UTC().Format("2006-01-02 15:04")
		if calls > 0 {
			text += "  " + format.Counted(int64(calls), "call")
		}
		line.show(text)
	}, line.clear
}
