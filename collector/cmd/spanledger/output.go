package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/spanledger/spanledger/collector/report/format"
)

// outputFlags choose the output format.
type outputFlags struct {
	name  string
	table string
	wide  bool
}

func (f *outputFlags) add(cmd *cobra.Command) {
	names := make([]string, len(format.Formats))
	for i, known := range format.Formats {
		names[i] = string(known)
	}
	cmd.Flags().StringVar(&f.name, "format", names[0], "output format: "+strings.Join(names, ", "))
	cmd.Flags().BoolVar(&f.wide, "wide", false, "show all columns in tables (JSON and CSV always have all)")
	cmd.Flags().StringVar(&f.table, "table", "", "with --format csv: which table to write, if there are several (default: the first)")
	complete(cmd, "format", names)
}

// write writes the document to stdout.
func (f *outputFlags) write(cmd *cobra.Command, doc *format.Document) error {
	chosen, err := f.format()
	if err != nil {
		return err
	}
	return writeDocument(cmd, chosen, doc, f.table, f.wide)
}

// writeDocument writes the document to stdout. A CSV has one table; a hint on stderr
// names the others.
func writeDocument(cmd *cobra.Command, chosen format.Format, doc *format.Document, table string, wide bool) error {
	out := cmd.OutOrStdout()
	options := tableOptions(out, wide)
	if chosen == format.CSVFormat {
		options.Table = table
	} else if table != "" {
		return usagef("--table %s: requires --format csv, not %s", table, chosen)
	}
	err := format.Write(out, chosen, doc, options)
	if unknown, is := errors.AsType[*format.NoTableError](err); is {
		return usagef("--table: %w", unknown)
	}
	if others := doc.OtherTables(table); err == nil && chosen == format.CSVFormat && len(others) > 0 && table == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "wrote the first of %d tables (hint: for the others, use --table %s)\n", len(others)+1, strings.Join(others, " or --table "))
	}
	return err
}

// tableOptions make tables as wide as the terminal; a file or a pipe has no width.
func tableOptions(out io.Writer, wide bool) format.Options {
	options := format.Options{Color: wantsColor(out), Wide: wide}
	if file, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			options.Width = width
		}
	}
	return options
}

// format returns the chosen format. Check it before a query, so that a typing error is
// reported at once.
func (f *outputFlags) format() (format.Format, error) {
	chosen, err := format.Parse(f.name)
	if err != nil {
		return "", usagef("--format: %w", err)
	}
	return chosen, nil
}

// wantsColor is true for a terminal, unless NO_COLOR is set (no-color.org).
func wantsColor(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// complete offers fixed values to the shell's completion.
func complete(cmd *cobra.Command, flag string, values []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag does not exist: a mistake in this package
	}
}

// changed reports whether the user gave one of the flags.
func changed(flags *pflag.FlagSet, names ...string) bool {
	for _, name := range names {
		if flags.Changed(name) {
			return true
		}
	}
	return false
}
