package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newConversationCommand() *cobra.Command {
	var (
		store  storeFlags
		period periodFlags
		output outputFlags
	)
	cmd := &cobra.Command{
		Use:   "conversation ID",
		Short: "Show a conversation turn by turn",
		Long: `Show the calls of a conversation (gen_ai.conversation.id) in order: how the context
grows from turn to turn, how much of it comes from the cache, and what it costs.

spanledger conversations lists conversations with their ids.`,
		Example: `  spanledger conversation conv-4711
  spanledger conversation conv-4711 --since 90d --format csv`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			question := report.ConversationQuestion{ID: args[0]}
			var err error
			if question.Period, err = period.period(time.Now()); err != nil {
				return err
			}
			return runReport(cmd, &store, &output, func(reader ledger.Reader) (reportResult, error) {
				found, err := report.Conversation(cmd.Context(), reader, question)
				if errors.Is(err, ledger.ErrNotFound) {
					return nil, fmt.Errorf("%w %s (try a longer --since; list ids with: %s)", err, fromTo(question.Period), suggest(cmd, "conversations"))
				}
				return found, err
			})
		},
	}
	period.add(cmd, "30d")
	output.add(cmd)
	store.add(cmd)
	return cmd
}
