package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

func newForgetCommand() *cobra.Command {
	var (
		flags ledgerFlags
		user  string
		yes   bool
	)
	cmd := &cobra.Command{
		Use:   "forget --user USER --yes",
		Short: "Erase the identity of a user, keeping the sums",
		Long: `Replace a user by "` + ledger.Forgotten + `" in every call, agent span and rollup, and remove the
conversation ids of those rows. Log records of the user, and of applications in
the user's traces, are deleted. Costs and counts do not change. This cannot be
undone. A DuckDB file and the queues next to it are rewritten, so that the text of the
old rows is in no free block; that needs as much room again as they have. Spans of the user from before that arrive later are stored without the user.
Tags are not searched: a tag that names the user stays.`,
		Example: `  spanledger forget --user u-4711 --yes`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if user == "" {
				return usagef("--user is missing: name the id of the user")
			}
			if !yes {
				return usagef("--yes is missing: erasing %q cannot be undone", user)
			}
			var calls int64
			err := flags.change(cmd.Context(), func(store ledger.Store) (err error) {
				calls, err = store.Forget(cmd.Context(), user)
				return err
			})
			if err != nil {
				return err
			}
			if err := rewriteFiles(cmd.Context(), (&storeFlags{store: flags.store}).dsn()); err != nil {
				return fmt.Errorf("%d calls of %q are forgotten, but the text of the old rows is still in the files: %w; repeat the command", calls, user, err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d calls of %q are now attributed to %q\n", calls, user, ledger.Forgotten)
			return err
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "id of the user to forget")
	cmd.Flags().BoolVar(&yes, "yes", false, "confirm: this cannot be undone")
	flags.add(cmd)
	return cmd
}

// rewriteFiles removes what deleted rows leave in the files of a ledger. A server
// does so by itself, when it merges.
func rewriteFiles(ctx context.Context, dsn string) error {
	path, isFile := duckdbFile(dsn)
	if !isFile {
		return nil
	}
	if err := duckdb.Rewrite(ctx, strings.TrimPrefix(dsn, "duckdb://")); err != nil {
		return err
	}
	return compactQueues(filepath.Join(filepath.Dir(path), queueFolder))
}
