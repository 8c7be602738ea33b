package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
)

const chargebackLong = `Show what each department pays for a month: its own calls, its part of shared cost, a
markup, and corrections of closed months. The statement adds up to the ledger, to the
last digit.

Rules are a YAML file. Amounts are in quotes, because they are exact decimals:

  allocate: proportional        # how shared cost is divided: list (not at all; default),
                                # proportional, even, shares
  shared: [platform]            # departments whose cost is divided among the others
  markup: "5"                   # percent; markups: {claims: "2.5"} for one department
  adjustments:
    - {month: 2026-10, department: claims, amount: "-12.50", reason: credit note 17}
  currency: EUR                 # currency of the statement (default: USD); needs rates
  rates: eurofxref-hist.csv     # exchange rates by day, the CSV of the European Central Bank

More formats: --format html and pdf are for printing. --format focus is a CSV with the
mandatory columns of the FinOps Open Cost and Usage Specification, in the version of
--focus-version.`

// Formats of statements, in addition to those of reports.
const (
	htmlFormat  = "html"
	pdfFormat   = "pdf"
	focusFormat = "focus"
)

var statementFormats = []string{htmlFormat, pdfFormat, focusFormat}

// chargebackFlags choose a month and its rules.
type chargebackFlags struct {
	month, rules string
	book         bookFlag
	period       periodFlags
	store        storeFlags
}

func (f *chargebackFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.month, "month", "", "calendar month, such as 2026-10 (default: last month)")
	addRules(cmd, &f.rules)
	f.book.add(cmd)
	f.period.addZone(cmd)
	f.store.add(cmd)
}

func addRules(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "rules", "", "YAML file with allocation, markup and adjustments (or $"+rulesVariable+")")
}

// elsewhere says that a collector has closed months of its own. Then names when its state of
// a month is that of the folder.
func (f bookFlag) elsewhere(notes io.Writer, store *storeFlags, month, then string) error {
	if server, _ := store.serverURL(); server == "" || f != "" {
		return nil
	}
	_, err := fmt.Fprintf(notes, "the statement is in the folder %s of this machine; the collector and its page read their own chargeback_book: for them, %s is %s in it\n",
		f.folder(), month, then)
	return err
}

// Environment variables of the shipped configuration of the collector: in its
// container, commands charge a month as it does.
const (
	rulesVariable = "SPANLEDGER_CHARGEBACK_RULES"
	dataVariable  = "SPANLEDGER_DATA"
)

// bookFlag is the folder of the closed months.
type bookFlag string

func (f *bookFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(f), "book", "",
		"folder of the closed months (default spanledger-data/chargeback, or chargeback in $"+dataVariable+")")
}

func (f bookFlag) folder() string {
	if f != "" {
		return string(f)
	}
	return inData("chargeback")
}

// inData is a file in the folder of the data of `spanledger up` and of the shipped
// configuration.
func inData(name string) string {
	return filepath.Join(cmp.Or(os.Getenv(dataVariable), "spanledger-data"), name)
}

func newChargebackCommand() *cobra.Command {
	var (
		flags        chargebackFlags
		name         string
		department   string
		focusVersion string
		table        string
		wide         bool
	)
	cmd := &cobra.Command{
		Use:   "chargeback",
		Short: "Show what each department pays for a month",
		Long:  chargebackLong,
		Example: `  spanledger chargeback --month 2026-10 --zone Europe/Berlin
  spanledger chargeback --format html > statement.html
  spanledger chargeback --department claims --format pdf > claims.pdf
  spanledger chargeback --month 2026-10 --rules rules.yaml --format focus`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(statementFormats, name) {
				if _, err := format.Parse(name); err != nil {
					return usagef("--format: %w, %s", err, strings.Join(statementFormats, ", "))
				}
			}
			if !slices.Contains(chargeback.FOCUSVersions, focusVersion) {
				return usagef("--focus-version %q: use one of %s", focusVersion, strings.Join(chargeback.FOCUSVersions, ", "))
			}
			if name != focusFormat && changed(cmd.Flags(), "focus-version") {
				return usagef("--focus-version %s: requires --format focus, not %s", focusVersion, name)
			}
			statement, err := flags.statement(cmd.Context(), cmd.ErrOrStderr(), time.Now())
			if err == nil && department != "" {
				if statement, err = statement.Of(department); err != nil {
					return flagError(err)
				}
			}
			if err != nil {
				return err
			}
			if old := statement.OldRate(time.Now()); old != "" && (name == focusFormat || name == string(format.CSVFormat)) {
				fmt.Fprintln(cmd.ErrOrStderr(), old) // other formats have notes
			}
			out := cmd.OutOrStdout()
			switch name {
			case htmlFormat:
				return statement.WriteHTML(out)
			case pdfFormat:
				return statement.WritePDF(out)
			case focusFormat:
				return statement.WriteFOCUS(out, focusVersion)
			}
			return writeDocument(cmd, format.Format(name), statement.Document(), table, wide)
		},
	}
	names := slices.Clone(statementFormats)
	for _, f := range format.Formats {
		names = append(names, string(f))
	}
	cmd.Flags().StringVar(&name, "format", string(format.TableFormat), "output format: "+strings.Join(names, ", "))
	complete(cmd, "format", names)
	cmd.Flags().StringVar(&focusVersion, "focus-version", chargeback.FOCUSVersion, "version of FOCUS for --format focus: "+strings.Join(chargeback.FOCUSVersions, ", "))
	complete(cmd, "focus-version", chargeback.FOCUSVersions)
	cmd.Flags().StringVar(&department, "department", "", "only what this department pays")
	cmd.Flags().StringVar(&table, "table", "", "table for --format csv: departments (default), teams, adjustments")
	complete(cmd, "table", []string{"departments", "teams", "adjustments"})
	cmd.Flags().BoolVar(&wide, "wide", false, "show all columns in tables")
	flags.add(cmd)
	cmd.AddCommand(newChargebackCloseCommand(), newChargebackReopenCommand(), newChargebackLintCommand())
	return cmd
}

// statement is that of a closed month as it was closed, else what the ledger
// says today. notes tell of rules that are given and not used.
func (f *chargebackFlags) statement(ctx context.Context, notes io.Writer, now time.Time) (statement *chargeback.Statement, err error) {
	zone, err := f.period.location()
	if err != nil {
		return nil, err
	}
	now = now.In(zone)
	name := f.month
	if name == "" {
		name = time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, zone).Format("2006-01")
	}
	month, err := report.ParseMonth(name, zone)
	if err != nil {
		return nil, usagef("--month: %w", err)
	}
	if month.From.After(now) {
		return nil, usagef("--month %s is in the future: it begins %s", name, month.From.Format("2006-01-02 15:04 MST"))
	}
	book := chargeback.OpenBook(f.book.folder())
	closed, err := book.Month(name)
	switch {
	case err == nil:
		return f.closed(closed, zone, notes)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	rules, err := f.readRules()
	if err != nil {
		return nil, err
	}
	before, err := book.Before(name, chargeback.CorrectedMonths)
	if err != nil {
		return nil, err
	}
	reader, closeStore, err := f.store.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	statement, err = chargeback.New(ctx, reader, month, rules, before...)
	if err != nil {
		return nil, err
	}
	statement.Trail, err = book.Trail(name)
	return statement, err
}

// closed is the statement of a closed month. It keeps its own rules: those of --rules or
// the environment are only checked.
func (f *chargebackFlags) closed(s *chargeback.Statement, zone *time.Location, notes io.Writer) (*chargeback.Statement, error) {
	if s.Zone != zone.String() {
		return nil, fmt.Errorf("month %s was closed in zone %s: use --zone %s", s.Month, s.Zone, s.Zone)
	}
	if _, err := f.readRules(); err != nil {
		return nil, err
	}
	if f.rules == "" { // the variable is set for every month
		return s, nil
	}
	_, err := fmt.Fprintf(notes, "month %s is closed: its statement keeps its own rules, and --rules %s changes nothing\n", s.Month, f.rules)
	return s, err
}

// rulesFile is the file of --rules or the environment, "" for none, and which of them names
// it.
func rulesFile(flag string) (file, name string) {
	if flag != "" {
		return flag, "--rules"
	}
	return os.Getenv(rulesVariable), "$" + rulesVariable
}

func (f *chargebackFlags) readRules() (chargeback.Rules, error) {
	file, name := rulesFile(f.rules)
	if file == "" {
		return chargeback.Rules{}, nil
	}
	rules, err := chargeback.ReadRulesFile(file)
	if err != nil {
		return chargeback.Rules{}, wrongContent(name, file, err)
	}
	return rules, nil
}
