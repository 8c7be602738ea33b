package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newMigrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "migrate FROM TO",
		Aliases: []string{"migrate-store"}, // the former name, for one version
		Short:   "Copy a ledger to another store",
		Long: `Copy a ledger from one store to another, for example from the embedded DuckDB file to
a ClickHouse server: calls and agent spans, rollups of days whose calls have expired,
costs that repricing replaced, log records, and the list of erased users. FROM is
not changed.

The command can be repeated, also after an interruption: rows keep their version, so
nothing is missing or duplicated. To move a running installation, let the collector
write to TO first, then copy.

The retention of TO applies. For days whose calls have expired in FROM or would expire
in TO, only the rollups are copied. To copy these calls too, raise the retention of TO
first (spanledger retention --store TO --detail-days N).

At the end the billed calls and their cost are compared by month, to the last digit.
TO may have more, if a collector already writes to it. If TO has less, the command
fails.

Both stores are opened directly, not through a collector, because rows are copied with
their versions. A collector that holds a DuckDB file must be stopped; one that writes
to ClickHouse can continue.

FROM may have the schema of a newer release; data that only the newer release knows is
not copied. See docs/upgrading.md for going back to an earlier release.`,
		Example: `  spanledger migrate duckdb://spanledger-data/ledger.duckdb clickhouse://127.0.0.1:9000/spanledger`,
		Args:    exactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			for i, name := range []string{"FROM", "TO"} {
				if err := ledgerstore.Validate(args[i]); err != nil {
					return wrongAddress(name, args[i], err)
				}
			}
			from, err := openSource(cmd, args[0])
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, from.Close()) }()
			to, err := (&ledgerFlags{store: args[1]}).open(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, to.Close()) }()
			return migrate(cmd, from, to)
		},
	}
}

// openSource brings the schema up to date, unless it is a newer binary's:
// reading loses nothing of it.
func openSource(cmd *cobra.Command, dsn string) (ledger.Store, error) {
	store, err := (&ledgerFlags{store: dsn}).existing(cmd.Context())
	var newer *ledger.SchemaNewerError
	if !errors.As(err, &newer) {
		return store, err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "schema version %d is newer than the %d of this binary: data that only the newer release knows is not copied\n", newer.Have, newer.Known)
	return ledgerstore.Open(cmd.Context(), dsn)
}

func migrate(cmd *cobra.Command, source, target ledger.Store) error {
	moved, err := transfer.Move(cmd.Context(), source, target, copyProgress(cmd))
	switch {
	case errors.Is(err, transfer.ErrSameLedger):
		return fmt.Errorf("FROM and TO: %w (hint: name another ledger as TO)", err)
	case err != nil:
		return fmt.Errorf("%w (hint: run it again, it continues)", err)
	}
	out := cmd.OutOrStdout()
	if _, err := fmt.Fprintf(out, "%s calls and %s spans copied\n%s days of rollups, %s past costs, %s evaluations and outcomes and %s log records copied\n",
		grouped(moved.Calls), grouped(moved.Spans), grouped(moved.SumDays), grouped(moved.PastCosts), grouped(moved.Results), grouped(moved.Logs)); err != nil {
		return err
	}
	if moved.SumDays > 0 {
		fmt.Fprintf(out, "calls before %s are past the retention of one of the stores: only their rollups were copied\n", moved.CallsFrom.Format(time.DateOnly))
	}
	months, err := transfer.CompareMonths(cmd.Context(), source, target, moved.SumsFrom)
	if err != nil {
		return err
	}
	return verdict(out, months, moved.Differing)
}

func grouped(n int) string { return format.Grouped(int64(n)) }

// verdict prints both sides of every month, and reports what is missing.
func verdict(out io.Writer, months []transfer.Month, differing []time.Time) error {
	var lacking []string
	more := false
	for _, m := range months {
		state := "equal"
		switch {
		case m.Lacks():
			state = "LESS"
			lacking = append(lacking, m.Month)
		case !m.Equal():
			state, more = "more", true
		}
		fmt.Fprintf(out, "%s before: %s billed calls, %s USD\n%s after:  %s billed calls, %s USD, %s\n",
			m.Month, format.Grouped(m.Source.Calls), m.Source.Cost, m.Month, format.Grouped(m.Target.Calls), m.Target.Cost, state)
	}
	var days []string
	for _, day := range differing {
		days = append(days, day.Format(time.DateOnly))
	}
	switch {
	case len(days) > 0:
		return fmt.Errorf("on these days the calls of TO differ from the rollups of FROM, and are not changed: %s (hint: compare `spanledger report daily --store FROM` with `--store TO`)", strings.Join(days, ", "))
	case len(lacking) > 0:
		return fmt.Errorf("TO has less than FROM in %s (hint: run it again; if that does not help, compare `spanledger report daily --store FROM` with `--store TO`)", strings.Join(lacking, ", "))
	case more:
		fmt.Fprintln(out, "verified: no month has less; months with more have calls that TO received itself")
	default:
		fmt.Fprintln(out, "verified: every month is equal to the last digit")
	}
	return nil
}
