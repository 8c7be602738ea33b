package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newConversationsCommand() *cobra.Command {
	var (
		flags reportFlags
		order callOrderFlags
	)
	cmd := &cobra.Command{
		Use:   "conversations",
		Short: "List conversations with turns, context and cost",
		Long: `List conversations (gen_ai.conversation.id), one line each: turns, input tokens of the
first and the last turn, cache share and cost. spanledger conversation shows one of
them turn by turn.`,
		Example: `  spanledger conversations
  spanledger conversations --sort cost --top 5 --where application=intake-bot`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question, err := order.question(&flags)
			if err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Conversations(cmd.Context(), reader, question)
			})
		},
	}
	order.add(cmd, ledger.DefaultTraces, "conversations")
	flags.add(cmd, "7d")
	return cmd
}
