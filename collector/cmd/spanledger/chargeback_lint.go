package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report/chargeback"
)

func newChargebackLintCommand() *cobra.Command {
	var (
		period periodFlags
		store  storeFlags
	)
	cmd := &cobra.Command{
		Use:   "lint RULES",
		Short: "Check chargeback rules against the ledger",
		Long: `Check a file of chargeback rules: unknown keys, amounts that are not decimals, exchange
rates that are missing, and rules for departments without calls in the period, which
are often spelling mistakes.`,
		Example: `  spanledger chargeback lint rules.yaml --since 90d`,
		Args:    exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			rules, err := chargeback.ReadRulesFile(args[0])
			if err != nil {
				return wrongContent("FILE", args[0], err)
			}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			reader, closeStore, err := store.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeStore()) }()
			departments, err := chargeback.Departments(cmd.Context(), reader, when)
			if err != nil {
				return err
			}
			unknown := rules.Unknown(departments)
			for _, problem := range unknown {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s (a spelling mistake?)\n", args[0], problem)
			}
			if len(unknown) > 0 {
				return errors.New("the rules have problems")
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: no problems\n", args[0])
			return err
		},
	}
	period.add(cmd, "90d")
	store.add(cmd)
	return cmd
}
