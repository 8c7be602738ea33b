package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportContextCommand() *cobra.Command {
	var flags reportFlags
	cmd := &cobra.Command{
		Use:   "context",
		Short: "Show the input cost of each part of the context",
		Long: `Show the input cost of each part of the context: the instructions, the definitions of
each tool or MCP server, the earlier messages, retrieved documents, the last message.
The transport counts the bytes of each part, if otelgenai.WithContextShares is set. The
input tokens of a request and their cost are divided in proportion to these bytes, so
the tokens of a part are an estimate.`,
		Example: `  spanledger report context --since 24h
  spanledger report context --by agent --since 7d --format json`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Context(ctx, reader, report.ContextQuestion(s))
		}),
	}
	flags.by.add(cmd)
	flags.addTopOrAll(cmd, 0, "number of groups")
	flags.add(cmd, "24h")
	return cmd
}
