package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

func newReportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Report cost, usage, latency and errors",
		Long: `Report cost, usage, latency and errors from the ledger, by any dimension. Reports read
ClickHouse or a DuckDB file. While a collector has the DuckDB file open, they read
through its API automatically.`,
		Example: `  spanledger report cost --by department --since 7d`,
	}
	cmd.AddCommand(
		newReportSummaryCommand(),
		newReportCostCommand(),
		newReportDailyCommand(),
		newReportErrorsCommand(),
		newReportLatencyCommand(),
		newReportChangeCommand(),
		newReportWasteCommand(),
		newReportQualityCommand(),
		newReportUnitCommand(),
		newReportCacheCommand(),
		newReportContextCommand(),
		newReportPeaksCommand(),
		newReportAnomaliesCommand(),
		newReportForecastCommand(),
	)
	return cmd
}

// filterFlags narrow a report down.
type filterFlags struct{ where []string }

func (f *filterFlags) add(cmd *cobra.Command) { f.addFor(cmd, "calls that match") }

// addFor names the rows that are kept.
func (f *filterFlags) addFor(cmd *cobra.Command, rows string) {
	cmd.Flags().StringArrayVar(&f.where, "where", nil,
		"only "+rows+": model=gpt-5, department!=claims, user=a,b; may be repeated")
}

func (f *filterFlags) conditions() ([]ledger.Condition, error) { return f.conditionsOf("where") }

// conditionsOf reads the values of another flag than --where.
func (f *filterFlags) conditionsOf(flag string) ([]ledger.Condition, error) {
	conditions := make([]ledger.Condition, 0, len(f.where))
	for _, text := range f.where {
		condition, err := report.ParseCondition(text)
		if err != nil {
			if wrong, ok := errors.AsType[*report.ParameterError](err); ok {
				wrong.Parameter = flag
			}
			return nil, flagError(err)
		}
		conditions = append(conditions, condition)
	}
	return conditions, nil
}

// filtered says of an empty table that the filter is a part of the question.
func (f *filterFlags) filtered(result reportResult, err error) (reportResult, error) {
	if err != nil || len(f.where) == 0 {
		return result, err
	}
	return filteredResult{result, "nothing in this period matches --where " + strings.Join(f.where, " --where ")}, nil
}

type filteredResult struct {
	reportResult
	empty string
}

// Document implements reportResult.
func (r filteredResult) Document() *format.Document {
	doc := r.reportResult.Document()
	for i := range doc.Tables {
		if t := &doc.Tables[i]; t.Empty == "" && !doc.Period.IsZero() {
			t.Empty = r.empty
		}
	}
	return doc
}

// dimensionFlags say how to break a report down.
type dimensionFlags struct{ by []string }

func (f *dimensionFlags) add(cmd *cobra.Command, standard ...ledger.Dimension) {
	names := make([]string, len(ledger.Dimensions))
	for i, d := range ledger.Dimensions {
		names[i] = string(d)
	}
	chosen := make([]string, len(standard))
	for i, d := range standard {
		chosen[i] = string(d)
	}
	cmd.Flags().StringSliceVar(&f.by, "by", chosen, "break down by: "+strings.Join(names, ", ")+", tag:<key>; separate several with commas")
	complete(cmd, "by", names)
}

func (f *dimensionFlags) dimensions() ([]ledger.Dimension, error) {
	dimensions, err := report.ParseDimensions(f.by)
	if err != nil {
		return nil, usagef("--by: %w", err)
	}
	return dimensions, nil
}
