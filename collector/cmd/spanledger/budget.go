package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/budget"
)

const budgetLong = `Compare spending with the budgets of a YAML file. Amounts are USD in quotes, because they
are exact decimals. A scope takes any dimension of reports:

  zone: Europe/Berlin            # time zone of months, weeks and days; default UTC
  budgets:
    - name: everything
      amount: "1000"
    - name: claims
      scope: {department: claims, "tag:tier": gold}
      every: week                # month (default), week, day
      amount: "100"
      soft: "80"                 # percent: warning from here on
      hard: "100"                # percent: exceeded from here on`

func newBudgetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "budget",
		Short:   "Compare spending with budgets",
		Example: `  spanledger budget status --budgets budgets.yaml`,
	}
	cmd.AddCommand(newBudgetStatusCommand())
	return cmd
}

func newBudgetStatusCommand() *cobra.Command {
	var (
		path   string
		store  storeFlags
		output outputFlags
	)
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show spending, burn rate and forecast of each budget",
		Long:  budgetLong,
		Example: `  spanledger budget status --budgets budgets.yaml
  spanledger budget status --budgets budgets.yaml --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if path == "" {
				return usagef("--budgets is missing: name the file with the budgets, such as --budgets budgets.yaml")
			}
			plan, err := readPlan(path)
			if err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				return plan.Statuses(cmd.Context(), reader, time.Now())
			})
		},
	}
	addBudgets(cmd, &path, "YAML file with the budgets")
	output.add(cmd)
	store.add(cmd)
	return cmd
}

// budgetsFlag names the file with the budgets.
const budgetsFlag = "budgets"

func addBudgets(cmd *cobra.Command, path *string, help string) {
	cmd.Flags().StringVar(path, budgetsFlag, "", help)
	// Kept for one version, out of the help.
	cmd.Flags().StringVar(path, "plan", "", "use --"+budgetsFlag)
	if err := cmd.Flags().MarkHidden("plan"); err != nil {
		panic(err) // the flag does not exist: a mistake in this function
	}
}

// readPlan reads the file of budgets.
func readPlan(path string) (*budget.Plan, error) {
	file, err := plainfile.Open(path)
	if err != nil {
		return nil, wrongFile("--"+budgetsFlag, path, err)
	}
	defer file.Close()
	plan, err := budget.ReadPlan(file)
	if err != nil {
		return nil, wrongContent("--"+budgetsFlag, path, err)
	}
	return plan, nil
}
