package report_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// twoCalls is a ledger of two calls, as a collector would have written it.
func twoCalls(ctx context.Context) (ledger.Store, error) {
	store, err := ledgerstore.Open(ctx, "duckdb://:memory:")
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(ctx); err != nil {
		return nil, err
	}
	call := func(n byte, department, cost string) ledger.Call {
		amount := udecimal.MustParse(cost)
		at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
		return ledger.Call{
			TraceID: ledger.TraceID{n}, SpanID: ledger.SpanID{n}, Start: at, Received: at, Duration: time.Second,
			Department: department, RequestModel: "gpt-5", Billable: true, Role: "llm",
			Usage: usage.Counts{usage.Input: 1000, usage.Output: 200},
			Cost:  ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		}
	}
	return store, store.Write(ctx, ledger.Batch{Calls: []ledger.Call{call(1, "claims", "0.00325"), call(2, "support", "0.001")}})
}

// What a department spent in a month, as exact decimals.
func ExampleCost() {
	ctx := context.Background()
	store, err := twoCalls(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	bill, err := report.Cost(ctx, store, report.CostQuestion{
		Period: report.Month(2026, time.October, time.UTC),
		By:     []ledger.Dimension{ledger.ByDepartment},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range bill.Lines {
		fmt.Println(line.Labels[0], line.Totals.Cost, line.Totals.Calls)
	}
	fmt.Println("total", bill.Total.Totals.Cost)
	// Output:
	// claims 0.00325 1
	// support 0.001 1
	// total 0.00425
}

// Every answer can be written as the command line writes it.
func ExampleDailyAnswer_Document() {
	ctx := context.Background()
	store, err := twoCalls(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	days, err := report.Daily(ctx, store, report.DailyQuestion{Period: report.Period{
		From:  time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := format.Write(os.Stdout, format.CSVFormat, days.Document(), format.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// day,cost_usd,change,mean_7_days_usd,requests,input_tokens,output_tokens,errors,unpriced
	// 2026-10-05,0.00425,,,2,2000,400,0,0
}
