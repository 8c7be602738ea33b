package budgetguard_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

type answer string

func (a answer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Cache-Control": {"max-age=30"}}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// Anything that a server answers, the guard neither fails nor hangs.
func FuzzState(f *testing.F) {
	f.Add(`{"as_of":"2026-10-16T00:00:00Z","budgets":[{"name":"b","scope":[{"dimension":"tag:tier","value":"gold"}],"every":"day","amount_usd":"1","soft_usd":"0.8","hard_usd":"1","spent_usd":"2","period_from":"2026-10-16T00:00:00Z","period_until":"2026-10-17T00:00:00Z"}]}`)
	f.Add(`{"as_of":"2026-10-16T00:00:00Z","budgets":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		synctest.Test(t, func(t *testing.T) {
			guard, _ := follow(t, &collector{}, budgetguard.WithHTTPClient(&http.Client{Transport: answer(text)}))
			synctest.Wait()
			_, err := guard.Check(t.Context(), call)
			if _, known := guard.State(); !known && err != nil {
				t.Errorf("a call is stopped by no answer: %v", err)
			}
		})
	})
}
