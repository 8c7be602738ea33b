package reportapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/internal/unreadspans"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

func TestHealth_SaysWhichSpansAreNotRead(t *testing.T) {
	now := time.Now()
	odd := unreadspans.Count{Scope: "odd.emitter", Reason: "unknown_operation", Spans: 1200, Last: now.Add(-time.Hour)}
	for name, tc := range map[string]struct {
		counts      []unreadspans.Count
		known       bool
		grade, text string
	}{
		"another collector reads": {nil, false, "", ""},
		"all are read":            {nil, true, "ok", "every span that looks like an LLM call was recognized"},
		"one instrumentation":     {[]unreadspans.Count{odd}, true, "warning", "1,200 spans look like LLM calls but were not recognized since the collector started, most of odd.emitter (unknown_operation); the last 1h00m ago"},
		"several": {
			[]unreadspans.Count{{Reason: "unknown_dialect", Spans: 3, Last: now.Add(-2 * time.Minute)}, odd}, true,
			"warning", "1,203 spans look like LLM calls but were not recognized since the collector started, most of odd.emitter (unknown_operation); the last 2m",
		},
		"without a name": {
			[]unreadspans.Count{{Reason: "unknown_dialect", Spans: 1, Last: now}}, true, "warning", "most of an unnamed instrumentation (unknown_dialect)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := start(t, reportapi.Handler(emptyStore(t), reportapi.WithUnread(func() ([]unreadspans.Count, bool) { return tc.counts, tc.known })))
			a := answer[struct {
				Findings []struct{ Check, Grade, Text, Fix string }
			}](t, url+"/v1/health")
			grade, text, fix := "", "", ""
			for _, f := range a.Findings {
				if f.Check == "recognized spans" {
					grade, text, fix = f.Grade, f.Text, f.Fix
				}
			}
			assert.Equal(t, tc.grade, grade)
			assert.Contains(t, text, tc.text)
			if grade == "warning" {
				assert.Contains(t, fix, "spans-unread.md")
			}
		})
	}
}
