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
		Short: "Show what of the context costs what",
		Long: `Show what of the context costs what: the instructions, the definitions of each tool or
MCP server, the earlier messages, retrieved documents, the last message. The transport
counts their bytes with otelgenai.WithContextShares; the tokens and the cost of each
request's input are shared out by them, so shares are an estimate of tokens.`,
		Example: `  spanledger report context --since 24h
  spanledger report context --by agent --since 7d --format json`,
		RunE: flags.answer(func(ctx context.Context, reader ledger.Reader, s selection) (reportResult, error) {
			return report.Context(ctx, reader, report.ContextQuestion(s))
		}),
	}
	flags.by.add(cmd)
	flags.addTop(cmd, 0, "number of groups (0 = all)")
	flags.add(cmd, "24h")
	return cmd
}
