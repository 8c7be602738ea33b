package propagate_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/propagate"
)

// A service of your own learns for whom it works; no one else does.
func Example() {
	service := httptest.NewServer(propagate.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "working for %q", tracing.AttributionFrom(r.Context()).User)
	})))
	defer service.Close()

	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-4711"})
	for _, own := range []string{"127.0.0.1", "agents.internal"} {
		client := &http.Client{Transport: propagate.NewTransport(nil, own)}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, service.URL, http.NoBody)
		if err != nil {
			fmt.Println(err)
			return
		}
		res, err := client.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		var answer [64]byte
		n, _ := res.Body.Read(answer[:])
		res.Body.Close()
		fmt.Println(string(answer[:n]))
	}
	// Output:
	// working for "u-4711"
	// working for ""
}
