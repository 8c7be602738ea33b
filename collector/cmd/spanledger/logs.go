package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/logtail"
)

const logsLong = `Show log records, oldest first: the record of every LLM call, events such as the
exception of a failed call, and what applications log inside a trace. A record of an
application without user or department takes those of the calls in its trace.

--follow shows further records as they arrive, until Ctrl-C. --format json writes one
object for each line, with all stored fields.`

// logFilters are the flags that keep records by a dimension.
var logFilters = []struct {
	dimension ledger.Dimension
	usage     string
}{
	{ledger.ByUser, "only records of this user"},
	{ledger.ByDepartment, "only records of this department"},
	{ledger.ByApplication, "only records of this application"},
	{ledger.ByService, "only records of this service"},
	{ledger.ByAgent, "only records of this agent"},
	{ledger.ByModel, "only records about this model"},
}

func newLogsCommand() *cobra.Command {
	var (
		store   storeFlags
		period  periodFlags
		trace   string
		onlyBad bool
		newest  int
		follow  bool
		format  string
	)
	filters := make([]string, len(logFilters))
	cmd := &cobra.Command{
		Use:   "logs",
		Short: "Show and follow log records about LLM calls",
		Long:  logsLong,
		Example: `  spanledger logs --errors --since 1h
  spanledger logs --department research --follow
  spanledger logs --trace 4bf92f3577b34da6a3ce929d0e0e4736 --format json`,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			formats := []string{tableFormat, jsonFormat}
			if !slices.Contains(formats, format) {
				return usagef("--format %q: expected one of %s", format, strings.Join(formats, ", "))
			}
			if newest < 1 {
				return usagef("--newest %d: expected 1 or more", newest)
			}
			q := ledger.LogQuery{Errors: onlyBad, Limit: newest}
			when, err := period.period(time.Now())
			if err != nil {
				return err
			}
			q.From, q.Until = when.From, when.Until
			if trace != "" {
				if q.Trace, err = ledger.ParseTraceID(trace); err != nil {
					return usagef("--trace: %w (list ids with: %s)", err, suggest(cmd, "traces"))
				}
				if !changed(cmd.Flags(), "since", "from", "to") {
					q.From, q.Until = time.Time{}, time.Time{} // an id needs no period
				}
			}
			if follow {
				if changed(cmd.Flags(), "to") {
					return usagef("--follow and --to contradict each other: leave one out")
				}
				q.Until = time.Time{}
			}
			for i, f := range logFilters {
				if cmd.Flags().Changed(string(f.dimension)) {
					q.Where = append(q.Where, ledger.Condition{Dimension: f.dimension, Values: []string{report.Value(f.dimension, filters[i])}})
				}
			}
			reader, closeStore, err := store.open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, closeStore()) }()
			out := cmd.OutOrStdout()
			var writer logtail.Writer = logtail.NewText(out, logtail.TextOptions{Color: wantsColor(out), Zone: when.Zone})
			if format == jsonFormat {
				writer = logtail.NewJSON(out)
			}
			if follow {
				return followLogs(cmd.Context(), cmd.ErrOrStderr(), reader, q, writer)
			}
			found, err := logtail.List(cmd.Context(), reader, q)
			if err != nil {
				return err
			}
			if len(found) == 0 && format == tableFormat {
				_, err := fmt.Fprintln(out, "No log records in this period.")
				return err
			}
			return writer.Write(found)
		},
	}
	cmd.Flags().StringVar(&trace, "trace", "", "only records of this trace, in any period")
	for i, f := range logFilters {
		cmd.Flags().StringVar(&filters[i], string(f.dimension), "", f.usage)
	}
	cmd.Flags().BoolVar(&onlyBad, "errors", false, "only failures, each once, and records of severity ERROR or higher")
	cmd.Flags().IntVar(&newest, "newest", ledger.DefaultLogs, "show only the newest N records")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "show further records as they arrive")
	cmd.Flags().StringVar(&format, "format", tableFormat, "output format: table, json")
	complete(cmd, "format", []string{tableFormat, jsonFormat})
	period.add(cmd, "24h")
	store.add(cmd)
	return cmd
}

func followLogs(ctx context.Context, errOut io.Writer, logs ledger.Reader, q ledger.LogQuery, writer logtail.Writer) error {
	f := logtail.Follower{
		Show:    writer.Write,
		Trouble: func(err error) { fmt.Fprintln(errOut, "spanledger: still trying:", err) },
	}
	return f.Follow(ctx, logs, q)
}
