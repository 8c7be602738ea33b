package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/chargeback"
)

func newChargebackReopenCommand() *cobra.Command {
	var (
		month, reason string
		book          bookFlag
		store         storeFlags
		output        outputFlags
	)
	cmd := &cobra.Command{
		Use:   "reopen",
		Short: "Cancel a closed month with a credit note",
		Long: `Cancel a closed month and print a credit note. The month can then be closed again. The
cancelled statement and the credit note stay in the folder of closed months, and the
next statement of the month refers to them.

Only the last closed month can be reopened, because later statements depend on it.`,
		Example: `  spanledger chargeback reopen --month 2026-10 --reason "the markup of claims was wrong"`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if month == "" || reason == "" {
				return usagef("--month and --reason are required: give the month, and why its statement is cancelled")
			}
			if _, err := output.format(); err != nil {
				return err
			}
			if err := store.onlyOne(); err != nil {
				return err
			}
			note, err := chargeback.OpenBook(book.folder()).Reopen(month, reason, time.Now())
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("reopen: month %s is not closed in %s", month, book.folder())
			}
			if err != nil {
				return fmt.Errorf("reopen: %w", err)
			}
			if err := output.write(cmd, note.Document()); err != nil {
				return err
			}
			return book.elsewhere(cmd.ErrOrStderr(), &store, month, "open when "+month+".json is no longer")
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "closed month, such as 2026-10")
	cmd.Flags().StringVar(&reason, "reason", "", "why its statement is cancelled")
	book.add(cmd)
	output.add(cmd)
	store.add(cmd)
	for _, name := range ledgerNames {
		cmd.Flags().Lookup(name).Usage = "as for close; only the folder of --book is read and written"
	}
	return cmd
}
