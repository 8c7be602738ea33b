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
		rulesFlag string
		period    periodFlags
		store     storeFlags
	)
	cmd := &cobra.Command{
		Use:   "lint [RULES]",
		Short: "Check chargeback rules against the ledger",
		Long: `Check a file of chargeback rules: unknown keys, amounts that are not decimals, exchange
rates that are missing, and rules for departments without calls in the period, which
are often spelling mistakes.

The file is RULES, or the one of --rules or $` + rulesVariable + `, as for the statement.`,
		Example: `  spanledger chargeback lint rules.yaml --since 90d
  spanledger chargeback lint --rules rules.yaml --server http://127.0.0.1:8890`,
		Args: maximumArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			file, name := rulesFile(rulesFlag)
			switch {
			case len(args) == 1 && rulesFlag != "":
				return usagef("--rules and the argument %q: give only one of them", args[0])
			case len(args) == 1:
				file, name = args[0], "RULES"
			case file == "":
				return usagef("the file of rules is missing: name it as the argument, in --rules or in $%s", rulesVariable)
			}
			rules, err := chargeback.ReadRulesFile(file)
			if err != nil {
				return wrongContent(name, file, err)
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
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s (a spelling mistake?)\n", file, problem)
			}
			if len(unknown) > 0 {
				return errors.New("the rules have problems")
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: no problems\n", file)
			return err
		},
	}
	addRules(cmd, &rulesFlag)
	period.add(cmd, "90d")
	store.add(cmd)
	return cmd
}
