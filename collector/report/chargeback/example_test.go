package chargeback_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
)

// The statement of a month under the rules of the house.
func Example() {
	ctx := context.Background()
	store, err := ledgerstore.Open(ctx, "duckdb://:memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	rules, err := chargeback.ReadRules(strings.NewReader(`
allocate: proportional
markup: "5"
adjustments:
  - {month: 2026-10, department: claims, amount: "-12.50", reason: credit note 17}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	statement, err := chargeback.New(ctx, store, report.Month(2026, time.October, time.UTC), rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, charge := range statement.Charges {
		fmt.Println(charge.Department, charge.Total, statement.Currency)
	}
	// Output: claims -12.5 USD
}
