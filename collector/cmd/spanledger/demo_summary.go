package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spanledger/spanledger/collector/internal/demo"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/tracetree"
)

const (
	// summaryLimit bounds the wait for the ledger and the questions to it.
	summaryLimit = 60 * time.Second
	// arrivalLimit is how long the ledger may take to have every call: many
	// times the exporter's flush interval.
	arrivalLimit = 20 * time.Second
	arrivalPoll  = 100 * time.Millisecond
)

// demoDimensions are the views of the bill that the demo shows.
var demoDimensions = []ledger.Dimension{ledger.ByUser, ledger.ByDepartment, ledger.ByApplication, ledger.ByModel}

// writeDemoSummary prints the bill, and the longest run, one that went well if
// there is any, as a tree. The flags of the ledger are for the commands that it suggests.
func writeDemoSummary(ctx context.Context, out io.Writer, reader ledger.Reader, done demoWork, begin time.Time, ledgerFlags string) error {
	period := report.Period{From: begin.Add(-time.Second), Until: time.Now().Add(time.Second)}.On(ledgerFlags)
	stored, err := awaitCalls(ctx, reader, period, int64(len(done.served)))
	if err != nil {
		return err
	}
	if stored == 0 {
		fmt.Fprintln(out, "No LLM call was made.")
		return nil
	}
	doc := &format.Document{Name: "demo", Title: "Cost of the demo", Period: format.Period{From: period.From, Until: period.Until}}
	for _, by := range demoDimensions {
		answer, err := report.Cost(ctx, reader, report.CostQuestion{Period: period, By: []ledger.Dimension{by}})
		if err != nil {
			return err
		}
		part := answer.Document()
		table := part.Tables[0]
		table.Name, table.Title = string(by), part.Title
		doc.Tables, doc.Notes = append(doc.Tables, table), part.Notes
	}
	doc.Notes = append(doc.Notes, fmt.Sprintf("The simulated vendors answered %d calls; %d are in the ledger.", len(done.served), stored))
	if err := format.Write(out, format.TableFormat, doc, format.Options{Color: wantsColor(out)}); err != nil {
		return err
	}
	return writeDemoRun(ctx, out, reader, done.briefings)
}

// awaitCalls waits until the ledger holds as many calls as were served, and
// says how many it holds.
func awaitCalls(ctx context.Context, reader ledger.Reader, period report.Period, served int64) (stored int64, err error) {
	deadline := time.Now().Add(arrivalLimit)
	for {
		answer, err := report.Cost(ctx, reader, report.CostQuestion{Period: period})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return 0, fmt.Errorf("read the ledger: %w", err)
		case err == nil:
			stored = answer.Total.Totals.Calls
			if stored >= served || time.Now().After(deadline) {
				return stored, nil
			}
		case time.Now().After(deadline):
			return 0, fmt.Errorf("read the ledger: %w", err)
		}
		select {
		case <-ctx.Done():
			return stored, context.Cause(ctx)
		case <-time.After(arrivalPoll):
		}
	}
}

func writeDemoRun(ctx context.Context, out io.Writer, reader ledger.Reader, briefings []demo.Briefing) error {
	var longest *demo.Briefing
	for i := range briefings {
		b := &briefings[i]
		well, better := b.Err == nil, longest != nil && longest.Err == nil
		if longest == nil || well && !better || well == better && b.Duration > longest.Duration {
			longest = b
		}
	}
	if longest == nil {
		return nil
	}
	trace, err := reader.Trace(ctx, ledger.TraceID(longest.TraceID))
	if err != nil {
		return fmt.Errorf("trace of a briefing: %w", err)
	}
	fmt.Fprintf(out, "\nExample run: a briefing for %s in %s\n", report.Label(ledger.ByUser, longest.User), longest.Application)
	return tracetree.Build(trace).WriteText(out, tracetree.TextOptions{Color: wantsColor(out)})
}
