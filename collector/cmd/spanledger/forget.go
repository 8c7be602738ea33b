package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newForgetCommand() *cobra.Command {
	var (
		flags operatorFlags
		user  string
		yes   bool
	)
	cmd := &cobra.Command{
		Use:   "forget --user USER --yes",
		Short: "Erase a user from the ledger; sums do not change",
		Long: `Replace a user by "` + ledger.Forgotten + `" in every call, agent span and rollup, and remove the
conversation ids of those rows. Delete the log records of the user, and those of
applications in the user's traces. Costs and counts do not change. This cannot be
undone.

A span that started before the erasure and arrives after it is stored without the user.
Tags are not searched: a tag with the name of the user stays.

A DuckDB file and the queues next to it are written again, so that no deleted text
remains in them. This needs free disk space of the same size. It is not possible while
a collector holds the file: the user is erased from every row, and the deleted text
stays in unused blocks until the command is run again with the collector stopped.
ClickHouse removes the deleted text when it merges parts.

` + throughCollector,
		Example: `  spanledger forget --user u-4711 --yes
  spanledger forget --user u-4711 --yes --server http://127.0.0.1:8890`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if user == "" {
				return usagef("--user is missing: give the id of the user")
			}
			if !yes {
				return usagef("--yes is missing: erasing %q cannot be undone", user)
			}
			var calls int64
			running := false // a collector, which holds the files
			err := flags.change(cmd.Context(), func(operator operate.Operator) (err error) {
				_, running = operator.(*remote.Client)
				calls, err = operator.Forget(cmd.Context(), user)
				return err
			})
			if err != nil {
				return err
			}
			if running {
				fmt.Fprintln(cmd.ErrOrStderr(), "deleted text stays in unused blocks of a DuckDB file and of the queues (hint: stop the collector and run the command again with --store)")
			} else if err := rewriteFiles(cmd.Context(), flags.dsn()); err != nil {
				return fmt.Errorf("%s of %q erased, but the deleted text is still in the files: %w (hint: run the command again)", format.Counted(calls, "call"), user, err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s of %q %s now attributed to %q\n", format.Counted(calls, "call"), user, format.Verb(calls, "is", "are"), ledger.Forgotten)
			return err
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "id of the user to erase")
	cmd.Flags().BoolVar(&yes, "yes", false, "confirm; this cannot be undone")
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
	// A collector opens the ledger before its queues: it cannot have one of them that is replaced.
	return duckdb.Rewrite(ctx, strings.TrimPrefix(dsn, "duckdb://"), func() error {
		return compactQueues(filepath.Join(filepath.Dir(path), queueFolder))
	})
}
