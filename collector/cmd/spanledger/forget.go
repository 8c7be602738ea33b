package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
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
undone. Spans of the user from before that arrive later are stored without the user.
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
			return flags.change(cmd.Context(), func(store ledger.Store) error {
				calls, err := store.Forget(cmd.Context(), user)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d calls of %q are now attributed to %q\n", calls, user, ledger.Forgotten)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "id of the user to forget")
	cmd.Flags().BoolVar(&yes, "yes", false, "confirm: this cannot be undone")
	flags.add(cmd)
	return cmd
}
