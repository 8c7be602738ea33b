package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// Exit codes of every subcommand.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

const rootLong = `Spanledger keeps the books of LLM agents: every LLM call becomes an OpenTelemetry
span, every span a ledger line with its exact cost, user, department, agent and step.`

const rootExample = `  spanledger demo                       # see it work: nothing else is needed
  spanledger up                         # the same collector for your own applications
  spanledger report cost --by department --since 7d`

// newRootCommand assembles the binary: one line for each subcommand, each of
// which lives in a file of its own name.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "spanledger",
		Short:         "Cost and behaviour of LLM agents, on OpenTelemetry",
		Long:          rootLong,
		Example:       rootExample,
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("spanledger {{.Version}}\n")
	root.AddCommand(
		newAlertsCommand(),
		newBudgetCommand(),
		newChargebackCommand(),
		newCheckCommand(),
		newCollectorCommand(),
		newDeadLetterCommand(),
		newDemoCommand(),
		newExportCommand(),
		newForgetCommand(),
		newHealthyCommand(),
		newLogsCommand(),
		newMigrateStoreCommand(),
		newOptimizeCommand(),
		newPricesCommand(),
		newReconcileCommand(),
		newRepairCommand(),
		newReportCommand(),
		newRetentionCommand(),
		newTraceCommand(),
		newTracesCommand(),
		newUpCommand(),
		newVersionCommand(),
	)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return &usageError{err: err}
	})
	usageArgs(root)
	return root
}

// execute runs the command line and turns its outcome into an exit code. The
// error goes to stderr, once; only wrong usage is followed by where to read on.
func execute(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	out := cmd.ErrOrStderr()
	fmt.Fprintln(out, "spanledger:", err)
	if isUsage(err) {
		fmt.Fprintf(out, "Run '%s --help' for usage.\n", cmd.CommandPath())
		return exitUsage
	}
	return exitFailed
}
