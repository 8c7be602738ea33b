package reportapi

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/unreadspans"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/health"
)

// unreadFinding says whether spans that look like LLM calls were not read since the
// collector started; nothing where no processor of this collector reads any.
func (c *config) unreadFinding(now time.Time) health.Findings {
	if c.unread == nil {
		return nil
	}
	counts, known := c.unread()
	if !known {
		return nil
	}
	f := health.Finding{Check: health.SpansRead, Grade: health.OK, Says: "every span that looks like an LLM call was recognized since the collector started"}
	if len(counts) > 0 {
		most := slices.MaxFunc(counts, func(a, b unreadspans.Count) int { return cmp.Compare(a.Spans, b.Spans) })
		var all int64
		last := most.Last
		for _, one := range counts {
			all += one.Spans
			if one.Last.After(last) {
				last = one.Last
			}
		}
		f = health.Unread(all, "since the collector started", most.Scope, most.Reason)
		f.Says += fmt.Sprintf("; the last %s ago", format.Elapsed(now.Sub(last).Truncate(time.Second)))
	}
	return health.Findings{f}
}
