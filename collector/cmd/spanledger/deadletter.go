package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newDeadLetterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deadletter",
		Short: "List and resend spans that the ledger could not store",
		Long: `List and resend dead letters: spans and log records that the ledger could not store,
for example a span without a start time. The collector writes them to a file, each with
the reason.`,
		Example: `  spanledger deadletter list
  spanledger deadletter retry --otlp-endpoint http://127.0.0.1:4317`,
	}
	cmd.AddCommand(newDeadLetterListCommand(), newDeadLetterRetryCommand())
	return cmd
}

func addDeadLetterFile(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "file", "", "dead-letter file, dead_letter.file of the cost_ledger exporter\n(default spanledger-data/dead-letter.jsonl, or dead-letter.jsonl in $"+dataVariable+")")
}

// findDeadLetters sets file to the one in the usual place, unless the user named one,
// which must exist. The usual one is made with the first dead letter: without it there
// are none there, and found is false.
func findDeadLetters(warnings io.Writer, file *string) (found bool, err error) {
	named := *file != ""
	if !named {
		*file = inData("dead-letter.jsonl")
	}
	if _, err = os.Stat(*file); err == nil {
		err = plainfile.Check(*file)
	}
	switch {
	case err == nil:
		return true, nil
	case !named && errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(warnings, "no dead letters: %s does not exist (hint: --file names the dead_letter.file of the cost_ledger exporter)\n", *file)
		return false, nil
	}
	return false, wrongFile("--file", *file, err)
}

func newDeadLetterListCommand() *cobra.Command {
	var (
		file   string
		output outputFlags
	)
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List spans and log records that the ledger could not store",
		Example: `  spanledger deadletter list --format json`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := findDeadLetters(cmd.ErrOrStderr(), &file); err != nil {
				return err
			}
			doc := &format.Document{Name: "deadletter", Title: "Dead letters"}
			table := format.Table{Name: "letters", Columns: []format.Column{
				{Key: "time", Header: "Time", Kind: format.Instant},
				{Key: "trace_id", Header: "Trace"},
				{Key: "span_id", Header: "Span"},
				{Key: "reason", Header: "Reason"},
			}}
			for letter, err := range deadletter.New(file).All() {
				if unreadable, ok := errors.AsType[*deadletter.UnreadableError](err); ok {
					fmt.Fprintf(cmd.ErrOrStderr(), "%v; left out\n", unreadable)
					continue
				}
				if err != nil {
					return err
				}
				table.Rows = append(table.Rows, []any{letter.Time, letter.TraceID, letter.SpanID, letter.Reason})
			}
			doc.Tables = []format.Table{table}
			return output.write(cmd, doc)
		},
	}
	addDeadLetterFile(cmd, &file)
	output.add(cmd)
	return cmd
}

func newDeadLetterRetryCommand() *cobra.Command {
	var (
		file, endpoint string
	)
	cmd := &cobra.Command{
		Use:   "retry",
		Short: "Send them again",
		Long: `Send every span and log record of the file to a collector again. Those that it accepts
are removed from the file; those that it cannot store again are written with the new
reason.`,
		Example: `  spanledger deadletter retry --otlp-endpoint http://127.0.0.1:4317`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			target, err := otlpEndpoint(endpoint)
			if err != nil {
				return err
			}
			if found, err := findDeadLetters(cmd.ErrOrStderr(), &file); !found {
				return err
			}
			security := insecure.NewCredentials()
			if target.Scheme == "https" {
				security = credentials.NewTLS(nil)
			}
			conn, err := grpc.NewClient(target.Host, grpc.WithTransportCredentials(security))
			if err != nil {
				return usagef("--otlp-endpoint %q: %w", endpoint, err)
			}
			defer conn.Close()
			sent, err := deadletter.New(file).Drain(cmd.Context(), letterSender(conn, cmd.ErrOrStderr()))
			if _, printErr := fmt.Fprintf(cmd.OutOrStdout(), "%d sent to %s\n", sent, endpoint); err == nil {
				err = printErr
			}
			return err
		},
	}
	addDeadLetterFile(cmd, &file)
	cmd.Flags().StringVar(&endpoint, "otlp-endpoint", defaultOTLP, "OTLP gRPC endpoint of the collector: a URL, for example "+defaultOTLP)
	return cmd
}

// letterLimit bounds the delivery of one letter.
const letterLimit = 10 * time.Second

func letterSender(conn *grpc.ClientConn, warnings io.Writer) deadletter.Sender {
	traces, logs := ptraceotlp.NewGRPCClient(conn), plogotlp.NewGRPCClient(conn)
	return deadletter.Sender{
		SetAside: func(line *deadletter.UnreadableError, file string) {
			fmt.Fprintf(warnings, "%v; it is in %s now\n", line, file)
		},
		Traces: func(ctx context.Context, td ptrace.Traces) error {
			ctx, cancel := context.WithTimeout(ctx, letterLimit)
			defer cancel()
			_, err := traces.Export(ctx, ptraceotlp.NewExportRequestFromTraces(td))
			return err
		},
		Logs: func(ctx context.Context, ld plog.Logs) error {
			ctx, cancel := context.WithTimeout(ctx, letterLimit)
			defer cancel()
			_, err := logs.Export(ctx, plogotlp.NewExportRequestFromLogs(ld))
			return err
		},
	}
}
