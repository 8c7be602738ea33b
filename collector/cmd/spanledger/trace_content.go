package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/content"
	"github.com/spanledger/spanledger/collector/report/tracetree"
)

// maxContentLogs is how many log records of a run are read for its content.
const maxContentLogs = 100_000

// writeContent writes what the spans of a run said, in the order of the tree.
func writeContent(ctx context.Context, out io.Writer, reader ledger.Reader, tree *tracetree.Tree) error {
	records, err := reader.Logs(ctx, ledger.LogQuery{Trace: tree.ID, Limit: maxContentLogs})
	if err != nil {
		return fmt.Errorf("log records of trace %s: %w", tree.ID, err)
	}
	bySpan := map[ledger.SpanID][]ledger.Log{}
	for i := range records {
		bySpan[records[i].SpanID] = append(bySpan[records[i].SpanID], records[i])
	}
	found := false
	for node := range tree.All() {
		parts := content.Of(bySpan[node.SpanID])
		if len(parts) == 0 {
			continue
		}
		found = true
		fmt.Fprintf(out, "\n%s  (span %s)\n", tracetree.Printable(node.Name), node.SpanID)
		for _, part := range parts {
			label := strings.TrimSpace(string(part.Kind) + " " + part.Role)
			if part.Type != "text" {
				label += " (" + part.Type + ")"
			}
			fmt.Fprintf(out, "  %s:\n", tracetree.Printable(label))
			for line := range strings.Lines(part.Text) {
				fmt.Fprintf(out, "    %s\n", tracetree.Printable(strings.TrimRight(line, "\r\n")))
			}
		}
	}
	if !found {
		fmt.Fprintf(out, "\nNo content: %s.\n", content.Hint)
	}
	return nil
}
