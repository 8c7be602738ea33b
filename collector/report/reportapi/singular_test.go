package reportapi_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// pluralOfOne is a count of one with the noun or the verb of several.
var pluralOfOne = regexp.MustCompile(`\b1 (?:calls|requests|spans|runs|traces|rows|lines|groups|evaluations|outcomes|checks|records|others|items|turns|tokens)\b|` +
	`\b1 (?:of \w+ )?[a-z]+ (?:[a-z]+ ){0,4}?(?:\([^()]*\) )?(?:and )?(?:are|were|have|look|name|start)\b`)

// Each ledger has one call of a kind that notes and findings count.
func TestTexts_OfASingleCallHaveItsNumber(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	unpriced := func(c *ledger.Call) {
		c.RequestModel, c.ResponseModel, c.Cost = "acme-7b", "acme-7b", ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
	}
	hashed := func(c *ledger.Call) {
		c.PromptPrefix, c.PromptPrefixTokens, c.PromptParts = "00ff00ff00ff00ff", 4000, "000000ff000000ff000000ff"
	}
	for kind, change := range map[string]func(c *ledger.Call){
		"plain":                    func(*ledger.Call) {},
		"failed and billed":        func(c *ledger.Call) { c.Error, c.ErrorType = true, "unexpected_eof" },
		"in the future":            func(c *ledger.Call) { c.Start = now.Add(2 * time.Hour) },
		"without anyone":           func(c *ledger.Call) { c.User, c.Department, c.Application = "", "", "" },
		"unpriced":                 unpriced,
		"with a hash":              hashed,
		"with a hash and no price": func(c *ledger.Call) { unpriced(c); hashed(c) },
		"settled wrongly":          func(c *ledger.Call) { c.Billable, c.Claim = false, "attempt" },
	} {
		t.Run(kind, func(t *testing.T) {
			c := priced(t, 1, 1, "gpt-5", now.Add(-time.Hour), usage.Counts{usage.Input: 5000, usage.Output: 10})
			c.ResponseID = "chatcmpl-1"
			change(&c)
			store := emptyStore(t)
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
			failed := ledger.Result{Kind: ledger.ResultEvaluation, Name: "faithfulness", Time: now, Received: now, TraceID: c.TraceID, SpanID: c.SpanID, ErrorType: "timeout"}
			unknown := ledger.Result{Kind: ledger.ResultOutcome, Name: "resolved", Time: now, Received: now, TraceID: ledger.TraceID{9}, Accepted: true}
			failed.Identify("")
			unknown.Identify("")
			require.NoError(t, store.WriteResults(t.Context(), []ledger.Result{failed, unknown}))
			url := start(t, reportapi.Handler(store))
			for _, path := range listed() {
				if !strings.Contains(path, "?") {
					path += "?since=30d"
				}
				if strings.Contains(path, "/optimize") {
					path += "&min_calls=1"
				}
				if strings.Contains(path, "/reports/") {
					path += "&format=markdown"
				}
				status, _, body := get(t, url+path)
				assert.Less(t, status, 500, body)
				assert.Empty(t, pluralOfOne.FindAllString(strings.ReplaceAll(body, "of 1 ", "of one "), -1), path+"\n"+body)
			}
		})
	}
}
