package health

import (
	"cmp"
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
)

// SpansRead is the check of spans that look like LLM calls and were not read as
// one, HintUnread what to do about them.
const (
	SpansRead  = "recognized spans"
	HintUnread = "see docs/runbooks/spans-unread.md: either another instrumentation describes the same calls, or their cost is missing"
)

// Unread is the finding that spans of a period looked like LLM calls and were not
// read as one. Most of them are of the instrumentation scope, for the reason.
func Unread(spans int64, period, scope, reason string) Finding {
	return Finding{SpansRead, Warning, fmt.Sprintf("%s %s like LLM calls but %s not recognized %s, most of %s (%s)", format.Counted(spans, "span"),
		format.Verb(spans, "looks", "look"), format.Verb(spans, "was", "were"), period, cmp.Or(scope, "an unnamed instrumentation"), reason), HintUnread}
}
