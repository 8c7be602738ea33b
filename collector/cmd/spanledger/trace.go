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
		said   bool
		spans  int
	)
	cmd := &cobra.Command{
		Use:   "trace TRACE-ID|newest|slowest|most-expensive",
		Short: "Show a run as a tree with time, tokens and cost",
		Long: `Show a run as a tree of agents, steps, tools and LLM calls, each with its duration,
tokens, cost and error. COST includes everything below a node; OWN COST excludes
the agents that it started. "*" marks the critical path. "billed below" marks a
span that describes the same call as a span below it, and is not billed again.

Instead of an id, give newest, slowest or most-expensive to choose that run of the
period. spanledger logs --trace shows the log records of a run.

A run of more than --max-spans spans is shown in part: the spans that failed, took
longest or cost most, and the spans above them. For the others there are lines with
their number, tokens and cost. All sums are those of the whole run.

--content adds prompts and answers, if the application recorded them. They may be
redacted or shortened.`,
		Example: `  spanledger trace most-expensive
  spanledger trace newest --since 1h --format mermaid
  spanledger trace newest --content
  spanledger trace 4bf92f3577b34da6a3ce929d0e0e4736 --format json`,
		Args:      exactArgs(1),
		ValidArgs: []string{"newest", "slowest", "most-expensive"},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			formats := []string{treeFormat, jsonFormat, mermaidFormat}
			if !slices.Contains(formats, format) {
				return usagef("--format %q: expected one of %s", format, strings.Join(formats, ", "))
			}
			if said && format != treeFormat {
				return usagef("--content: requires --format %s; for JSON, use %s", treeFormat, suggest(cmd, "logs --trace ID --format json"))
			}
			if spans < 0 {
				return usagef("--max-spans %d: expected a number of spans, or 0 for all", spans)
			}
			id, err := ledger.ParseTraceID(args[0])
			order, isWord := traceOrderOf(args[0])
			if err != nil && !isWord {
				return usagef("%w; give a trace id, newest, slowest or most-expensive", err)
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
					return fmt.Errorf("no run %s: try a longer --since", fromTo(question.Period))
				}
				id = found.Traces[0].ID
			}
			trace, err := reader.FoldedTrace(cmd.Context(), ledger.FoldQuery{Trace: id, MaxSpans: spans})
			if errors.Is(err, ledger.ErrNotFound) {
				return fmt.Errorf("trace %s: %w (list ids with: %s)", id, ledger.ErrNotFound, suggest(cmd, "traces"))
			}
			if err != nil {
				return fmt.Errorf("trace %s: %w", id, err)
			}
			tree := tracetree.Build(trace)
			if err := writeTrace(cmd.OutOrStdout(), tree, format, question.Period.Zone); err != nil || !said {
				return err
			}
			return writeContent(cmd.Context(), cmd.OutOrStdout(), reader, tree)
		},
	}
	cmd.Flags().StringVar(&format, "format", treeFormat, "output format: tree, json, mermaid")
	complete(cmd, "format", []string{treeFormat, jsonFormat, mermaidFormat})
	cmd.Flags().IntVar(&spans, "max-spans", ledger.DefaultTraceSpans, "show a larger run in part, with sums of the other spans; 0 shows all")
	cmd.Flags().BoolVar(&said, "content", false, "add the recorded prompts and answers of each span")
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
