package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newChargebackCloseCommand() *cobra.Command {
	var (
		flags          chargebackFlags
		acceptUnpriced bool
	)
	cmd := &cobra.Command{
		Use:   "close",
		Short: "Close a month: make its statement final",
		Long: `Close a past month: write its statement to the folder of closed months, where it no
longer changes. Later changes in the ledger, such as a corrected price, appear as a
correction in the next month.`,
		Example: `  spanledger chargeback close --month 2026-10 --zone Europe/Berlin --rules rules.yaml`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			statement, err := flags.statement(cmd.Context(), cmd.ErrOrStderr(), now)
			if err != nil {
				return err
			}
			if err := chargeback.OpenBook(flags.book.folder()).Close(statement, now, acceptUnpriced); err != nil {
				var unpriced *chargeback.UnpricedError
				if errors.As(err, &unpriced) {
					return fmt.Errorf("close: %w with --accept-unpriced", err)
				}
				if notWritable(err) {
					return fmt.Errorf("close: %w (hint: name a writable folder with --book)", err)
				}
				return fmt.Errorf("close: %w", err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is closed: %s billed %s %s, in %s\n",
				statement.Month, format.Counted(int64(len(statement.Charges)), "department"), statement.Billed, statement.BillingCurrency(), flags.book.folder())
			if err != nil {
				return err
			}
			return flags.book.elsewhere(cmd.ErrOrStderr(), &flags.store, statement.Month, "closed when "+statement.Month+".json is")
		},
	}
	cmd.Flags().BoolVar(&acceptUnpriced, "accept-unpriced", false, "close even if some calls have no price; they are not charged")
	flags.add(cmd)
	return cmd
}
