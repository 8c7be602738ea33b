package duckdb

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// wastePass finds the waste of calls that it sees in the order of their starts: of those whose
// prompt and trace are in its shares.
type wastePass struct {
	query     *ledger.WasteQuery
	sums      *wasteSums
	prompts   byHash[int64] // the last use of each, in nanoseconds since 1970
	ofPrompts hashShare
	traces    traceFailures
}

func (p *wastePass) see(c *wasteCall) error {
	if !p.ofPrompts.has(c.prompt) {
		return nil
	}
	kind := noWaste
	if c.prompt != noPrompt {
		last, known, ok := p.prompts.at(c.prompt)
		if !ok {
			return errPrompts
		}
		if known && time.Duration(c.begun-*last) <= p.query.Within && c.tokens >= p.query.MinTokens && c.read == 0 {
			kind = wasteResent
		}
		*last = c.begun
	}
	failed, loop, ok := p.traces.of(&c.trace, c.agent, c.begun)
	if !ok {
		return nil
	}
	switch {
	case c.failed:
		kind = wasteFailed
	case c.aborted:
		kind = wasteAborted
	case failed:
		kind = wasteFailedRun
	case loop != noLoop:
		kind = wasteToolLoop
	}
	if kind != noWaste {
		p.sums.add(kind, c, p.traces.tool(loop))
	}
	return nil
}
