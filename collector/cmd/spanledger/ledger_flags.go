package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// ledgerFlags choose the ledger of a command that needs the store itself.
type ledgerFlags struct{ store string }

// existing is open for a ledger that is there already.
func (f *ledgerFlags) existing(ctx context.Context) (ledger.Store, error) {
	if err := mustExist((&storeFlags{store: f.store}).dsn(), "check the path"); err != nil {
		return nil, err
	}
	return f.open(ctx)
}

// open gives the ledger itself.
func (f *ledgerFlags) open(ctx context.Context) (ledger.Store, error) {
	store, err := ledgerstore.Open(ctx, (&storeFlags{store: f.store}).dsn())
	var locked *duckdb.LockedError
	if errors.As(err, &locked) {
		return nil, fmt.Errorf("%w (hint: stop the collector that has it open: migrate opens the file directly)", err)
	}
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}
