package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Exit codes of every subcommand.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

const rootLong = `Spanledger records every LLM call as an OpenTelemetry span and calculates its exact
cost. The ledger stores each call with its user, department, application, agent and
step. Reports, budgets and chargeback read the ledger.`

const rootExample = `  spanledger demo                       # see it work, without a server or an API key
  spanledger up                         # run the collector for your own applications
  spanledger report cost --by department --since 7d`

// commandGroup is a heading of the root's help.
type commandGroup struct {
	title    string
	commands []*cobra.Command
}

// commandGroups lists the subcommands; each is in a file of its own name.
func commandGroups() []commandGroup {
	return []commandGroup{
		{"Start", []*cobra.Command{
			newDemoCommand(),
			newUpCommand(),
			newCheckCommand(),
		}},
		{"Ask", []*cobra.Command{
			newReportCommand(),
			newTraceCommand(),
			newTracesCommand(),
			newCallsCommand(),
			newExplainCommand(),
			newConversationCommand(),
			newConversationsCommand(),
			newLogsCommand(),
			newChargebackCommand(),
			newBudgetCommand(),
			newDigestCommand(),
			newOptimizeCommand(),
			newMCPCommand(),
		}},
		{"Prices", []*cobra.Command{
			newPricesCommand(),
			newReconcileCommand(),
		}},
		{"Operate", []*cobra.Command{
			newCollectorCommand(),
			newAlertsCommand(),
			newDeadLetterCommand(),
			newExportCommand(),
			newForgetCommand(),
			newHealthyCommand(),
			newMigrateCommand(),
			newOutcomesCommand(),
			newRepairCommand(),
			newVoidCommand(),
			newRetentionCommand(),
			newVersionCommand(),
		}},
	}
}

// Commands of a group are listed in the order of use. The setting is cobra's alone,
// for the whole process.
func init() { cobra.EnableCommandSorting = false }

// newRootCommand assembles the binary.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "spanledger",
		Short:         "Cost and observability of LLM calls, on OpenTelemetry",
		Long:          rootLong,
		Example:       rootExample,
		RunE:          runRoot,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.Flags().BoolP("version", "v", false, "print version, commit and date")
	root.SetUsageFunc(printUsage)
	for _, group := range commandGroups() {
		root.AddGroup(&cobra.Group{ID: group.title, Title: group.title + ":"})
		for _, cmd := range group.commands {
			cmd.GroupID = group.title
			root.AddCommand(cmd)
		}
	}
	root.SetHelpCommandGroupID("Operate")
	root.SetCompletionCommandGroupID("Operate")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return wrongFlag(err) })
	usageArgs(root)
	return root
}

// runRoot prints the help, or the version.
func runRoot(cmd *cobra.Command, _ []string) error {
	if version, err := cmd.Flags().GetBool("version"); err != nil || !version {
		return errors.Join(err, cmd.Help())
	}
	return printVersion(cmd)
}

// withDamageHint says what to do about a damaged store, whichever command finds it.
func withDamageHint(err error) error {
	if cause := ledger.CauseOf(err); cause == ledger.CauseDamaged {
		return fmt.Errorf("%w (hint: %s)", err, cause.Hint())
	}
	return err
}

// execute runs the command line and returns the exit code. An error is printed to
// stderr once; after wrong usage, the help command follows.
func execute(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	out := cmd.ErrOrStderr()
	fmt.Fprintln(out, "spanledger:", withDamageHint(err))
	if isUsage(err) {
		fmt.Fprintf(out, "Run '%s --help' for usage.\n", cmd.CommandPath())
		return exitUsage
	}
	return exitFailed
}
