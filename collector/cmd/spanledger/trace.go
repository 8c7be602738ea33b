package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/tracetree"
)

// traceWords stand for the id of a trace nobody wants to type.
var traceWords = map[string]ledger.TraceOrder{
	"newest":  ledger.NewestFirst,
	"slowest": ledger.SlowestFirst,
	"dearest": ledger.DearestFirst,
}

// Formats of a tree and of log records.
const (
	treeFormat    = "tree"
	tableFormat   = "table"
	jsonFormat    = "json"
	mermaidFormat = "mermaid"
)

func newTraceCommand() *cobra.Command {
	var (
		store  storeFlags
		period periodFlags
		format string
	)
	cmd := &cobra.Command{
		Use:   "trace TRACE-ID|newest|slowest|dearest",
		Short: "Show one run as a tree, with time, tokens and cost at each node",
		Long: `Show one run as a tree: agents, steps, tools and LLM calls, each with its duration,
tokens, cost and error. COST is that of a node and everything below it; OWN COST
leaves out agents started below it. "*" marks what the run waited for.

In place of an id, newest, slowest and dearest stand for that run of the period.
What was logged in a run says spanledger logs --trace.`,
		Example: `  spanledger trace dearest
  spanledger trace newest --since 1h --format mermaid
  spanledger trace 4bf92f3577b34da6a3ce929d0e0e4736 --format json`,
		Args:      exactArgs(1),
		ValidArgs: []string{"newest", "slowest", "dearest"},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			formats := []string{treeFormat, jsonFormat, mermaidFormat}
			if !slices.Contains(formats, format) {
				return usagef("--format %q: expected one of %s", format, strings.Join(formats, ", "))
			}
			id, err := ledger.ParseTraceID(args[0])
			order, isWord := traceWords[args[0]]
			if err != nil && !isWord {
				return usagef("%w; newest, slowest and dearest stand for an id", err)
			}
			question := report.TracesQuestion{Order: order, Top: 1}
			if question.Period, err = period.period(time.Now()); err != nil {
				return err
			}
			reader, closeStore, err := store.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeStore()) }()
			if isWord {
				found, err := report.Traces(cmd.Context(), reader, question)
				if err != nil {
					return err
				}
				if len(found.Traces) == 0 {
					return fmt.Errorf("no run since %s: try a longer --since", question.Period.From.Format("2006-01-02 15:04 MST"))
				}
				id = found.Traces[0].ID
			}
			trace, err := reader.Trace(cmd.Context(), id)
			if errors.Is(err, ledger.ErrNotFound) {
				return fmt.Errorf("trace %s: %w (spanledger traces lists what is there)", id, ledger.ErrNotFound)
			}
			if err != nil {
				return fmt.Errorf("trace %s: %w", id, err)
			}
			return writeTrace(cmd.OutOrStdout(), tracetree.Build(trace), format, question.Period.Zone)
		},
	}
	cmd.Flags().StringVar(&format, "format", treeFormat, "how to write the run: tree, json, mermaid")
	complete(cmd, "format", []string{treeFormat, jsonFormat, mermaidFormat})
	period.add(cmd, "7d")
	store.add(cmd)
	return cmd
}

func writeTrace(out io.Writer, tree *tracetree.Tree, format string, zone *time.Location) error {
	switch format {
	case jsonFormat:
		return tree.WriteJSON(out)
	case mermaidFormat:
		return tree.WriteMermaid(out)
	}
	return tree.WriteText(out, tracetree.TextOptions{Color: wantsColor(out), Zone: zone})
}
