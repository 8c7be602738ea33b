package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// The default ledger, in the data folder of `spanledger up`.
const defaultStore = "duckdb://spanledger-data/ledger.duckdb"

// Environment variables that replace flags.
const (
	storeVariable  = "SPANLEDGER_STORE"
	serverVariable = "SPANLEDGER_SERVER"
	tokenVariable  = "SPANLEDGER_TOKEN"
	adminVariable  = "SPANLEDGER_ADMIN_TOKEN"
)

// storeFlags choose the ledger to read.
type storeFlags struct {
	store, server string
}

func (f *storeFlags) add(cmd *cobra.Command) {
	f.addFor(cmd, "ledger to read", "read", "bearer token in $"+tokenVariable)
}

// addFor names the ledger, what is done through an API, and the token that this takes.
func (f *storeFlags) addFor(cmd *cobra.Command, which, do, token string) {
	cmd.Flags().StringVar(&f.store, "store", "",
		which+": duckdb://FILE or clickhouse://USER@HOST:9000/DATABASE (default "+defaultStore+", or $"+storeVariable+")")
	cmd.Flags().StringVar(&f.server, "server", "",
		do+" through the API of a running collector, for example http://"+ledgerapiextension.DefaultEndpoint+" (or $"+serverVariable+"; its "+token+")")
}

// dsn is the store the flags name.
func (f *storeFlags) dsn() string {
	switch {
	case f.store != "":
		return f.store
	case os.Getenv(storeVariable) != "":
		return os.Getenv(storeVariable)
	}
	return defaultStore
}

// serverURL is the collector that is named, "" for a store, and the flag or variable with it.
func (f *storeFlags) serverURL() (url, named string) {
	if f.server == "" && f.store == "" {
		return os.Getenv(serverVariable), "$" + serverVariable
	}
	return f.server, "--server"
}

// onlyOne refuses two ledgers.
func (f *storeFlags) onlyOne() error {
	if f.store != "" && f.server != "" {
		return usagef("--store and --server: give only one of them")
	}
	return nil
}

// open gives the ledger to read, unless a newer release has migrated it: sums of it
// could lack what this binary does not know of.
func (f *storeFlags) open(ctx context.Context) (reader ledger.Reader, closeStore func() error, err error) {
	reader, closeStore, err = f.openAny(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := refuseNewer(ctx, reader); err != nil {
		return nil, nil, errors.Join(withStoreHint(reader, err), closeStore())
	}
	return reader, closeStore, nil
}

// refuseNewer refuses a store whose schema is newer than this binary's. A collector has
// compared it when it started.
func refuseNewer(ctx context.Context, reader ledger.Reader) error {
	store, isStore := reader.(ledger.Store)
	if !isStore {
		return nil
	}
	have, known, err := store.SchemaVersion(ctx)
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return nil // a question says so, with what to do
	case err == nil && have > known:
		return &ledger.SchemaNewerError{Have: have, Known: known}
	}
	return err
}

// openAny gives a ledger of any schema. A DuckDB file that a running collector holds
// is read through that collector.
func (f *storeFlags) openAny(ctx context.Context) (reader ledger.Reader, closeStore func() error, err error) {
	store, client, err := f.find(ctx)
	switch {
	case err != nil:
		return nil, nil, err
	case client != nil:
		return client, func() error { return nil }, nil
	}
	return store, store.Close, nil
}

// find gives the store, or a client of the collector that answers for it.
func (f *storeFlags) find(ctx context.Context) (ledger.Store, *remote.Client, error) {
	if err := f.onlyOne(); err != nil {
		return nil, nil, err
	}
	if server, named := f.serverURL(); server != "" {
		client, err := newClient(named, server, os.Getenv(adminVariable))
		return nil, client, err
	}
	dsn := f.dsn()
	if err := mustExist(dsn, "start `spanledger up`, name another ledger with --store, or pass the --server that `spanledger demo --keep` prints"); err != nil {
		return nil, nil, err
	}
	store, err := ledgerstore.OpenToRead(ctx, dsn)
	var locked *duckdb.LockedError
	switch {
	case errors.As(err, &locked):
		client, discoverErr := discover(dsn)
		if discoverErr != nil {
			return nil, nil, fmt.Errorf("%w, and its API was not found: %w", err, discoverErr)
		}
		return nil, client, nil
	case err != nil:
		return nil, nil, wrongAddress(f.named(), dsn, err)
	}
	return store, nil, nil
}

// named is where the address of the store comes from.
func (f *storeFlags) named() string {
	if f.store == "" {
		return "$" + storeVariable
	}
	return "--store"
}

// wrongAddress names the flag, variable or argument of an address that names no store.
// An address that may hold a password is not printed.
func wrongAddress(name, dsn string, err error) error {
	var wrong *ledgerstore.DSNError
	switch {
	case !errors.As(err, &wrong):
		return err
	case strings.ContainsAny(dsn, "@?"):
		return usagef("%s: %s", name, wrong.Reason)
	}
	return usagef("%s %q: %s", name, dsn, wrong.Reason)
}

// mustExist rejects a DuckDB file that does not exist, because opening it would
// create an empty one.
func mustExist(dsn, hint string) error {
	path, isFile := duckdbFile(dsn)
	if !isFile {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no ledger at %s (hint: %s)", path, hint)
	}
	if err := plainfile.Check(path); err != nil {
		return usagef("ledger: %w", err)
	}
	return nil
}

// discover finds the process that holds the DuckDB file: it has announced its
// API next to the file, or uses the default address.
func discover(dsn string) (*remote.Client, error) {
	url, err := remote.Discover(dsn)
	if err != nil {
		return nil, err
	}
	if url == "" {
		url = "http://" + ledgerapiextension.DefaultEndpoint
	}
	admin := os.Getenv(adminVariable)
	if admin == "" {
		if admin, err = remote.DiscoverAdminToken(dsn); err != nil {
			return nil, err
		}
	}
	return newClient("--server", url, admin)
}

// newClient names the flag or variable of an address that is none.
func newClient(named, server, adminToken string) (*remote.Client, error) {
	client, err := remote.NewClient(server, remote.WithToken(os.Getenv(tokenVariable)), remote.WithAdminToken(adminToken))
	if err != nil {
		return nil, usagef("%s: %w", named, err)
	}
	return client, nil
}

// duckdbFile is the path in a DuckDB DSN, when it names a file.
func duckdbFile(dsn string) (path string, ok bool) {
	path, isDuckDB := strings.CutPrefix(dsn, "duckdb://")
	path, _, _ = strings.Cut(path, "?")
	return path, isDuckDB && path != "" && path != ":memory:"
}
