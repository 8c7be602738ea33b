package budgetguard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

// exampleCollector has one budget, of which nothing is left.
func exampleCollector() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(budgetguard.State{AsOf: time.Now(), Budgets: []budgetguard.Budget{{
			Name: "claims", Scope: []budgetguard.Condition{{Dimension: "department", Value: "claims"}}, Every: "month",
			Amount: udecimal.MustParse("500"), Soft: udecimal.MustParse("400"), Hard: udecimal.MustParse("500"), Spent: udecimal.MustParse("503.25"),
			From: time.Now().AddDate(0, 0, -20), Until: time.Now().AddDate(0, 0, 10),
		}}})
	}))
}

// A department whose budget is spent makes no more calls; others do.
func Example() {
	collector := exampleCollector() // spanledger up --budgets budgets.yaml
	defer collector.Close()

	guard, err := budgetguard.New(collector.URL)
	if err != nil {
		log.Fatal(err)
	}
	defer guard.Close()
	if err := guard.Ready(context.Background()); err != nil { // optional: calls go until the first answer
		log.Fatal(err)
	}
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithGuard(guard.Check))}

	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{Department: "claims"})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.openai.com/v1/chat/completions",
		strings.NewReader(`{"model":"gpt-5","messages":[{"role":"user","content":"Hello?"}]}`))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Do(req)

	var spent *budgetguard.BudgetExceededError
	if errors.As(err, &spent) {
		fmt.Printf("budget %s: %s of %s USD are spent\n", spent.Budget, spent.Spent, spent.Limit)
	}
	// Output: budget claims: 503.25 of 500 USD are spent
}
