package main

import (
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newReportContextCommand() *cobra.Command {
	var (
		flags reportFlags
		by    dimensionFlags
		top   int
	)
	cmd := &cobra.Command{
		Use:   "context",
		Short: "Show what of the context costs what",
		Long: `Show what of the context costs what: the instructions, the definitions of each tool or
MCP server, the earlier messages, retrieved documents, the last message. The transport
counts their bytes with otelgenai.WithContextShares; the tokens and the cost of each
request's input are shared out by them, so shares are an estimate of tokens.`,
		Example: `  spanledger report context --since 24h
  spanledger report context --by agent --since 7d --format json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question := report.ContextQuestion{Top: top}
			var err error
			if question.Period, question.Where, err = flags.read(); err != nil {
				return err
			}
			if question.By, err = by.dimensions(); err != nil {
				return err
			}
			if err := checkTop(top); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Context(cmd.Context(), reader, question)
			})
		},
	}
	by.add(cmd)
	addTop(cmd, &top, 0, "number of groups (0 = all)")
	flags.add(cmd, "24h")
	return cmd
}
