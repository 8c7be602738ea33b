package budgetguard

import (
	"errors"
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// Cap limits each single run, or each conversation. Zero means no limit; at least one
// limit is required. All calls of the run or conversation count, of all processes whose
// guards use the same collector.
type Cap struct {
	Name string `json:"name"`
	Per  Unit   `json:"per"`
	// Scope selects the calls that the cap can refuse: those that match all conditions;
	// none means every call.
	Scope []Condition `json:"scope,omitempty"`

	Amount         udecimal.Decimal `json:"amount_usd,omitzero"`
	Calls          int64            `json:"calls,omitzero"`
	Depth          int64            `json:"depth,omitzero"` // agents in agents, from 1
	CallsPerMinute int64            `json:"calls_per_minute,omitzero"`
}

// Unit is the kind of thing that a cap limits.
type Unit string

// Units. A run is a trace. A conversation is set with [tracing.WithConversation].
const (
	PerRun          Unit = "run"
	PerConversation Unit = "conversation"
)

// maxCaps is the most caps that are enforced: 64 bits store the caps that match a call.
const maxCaps = 64

// Validate returns an error for the first wrong key, with its name in a budgets file.
func (c *Cap) Validate() error {
	switch {
	case c.Name == "":
		return errors.New(`name "": give each cap a name`)
	case c.Per != PerRun && c.Per != PerConversation:
		return fmt.Errorf("per %q: expected run or conversation", c.Per)
	case c.Amount.IsNeg():
		return fmt.Errorf("amount %s: expected a decimal number above zero", c.Amount)
	}
	for _, limit := range []struct {
		key   string
		value int64
	}{{keyCalls, c.Calls}, {keyDepth, c.Depth}, {keyRate, c.CallsPerMinute}} {
		if limit.value < 0 {
			return fmt.Errorf("%s %d: expected a whole number above zero", limit.key, limit.value)
		}
	}
	if c.Amount.IsZero() && c.Calls == 0 && c.Depth == 0 && c.CallsPerMinute == 0 {
		return errors.New(`amount "": set amount, calls, depth or calls_per_minute`)
	}
	return nil
}

// Limits, as keys of a cap and values of spanledger.cap.limit.
const (
	keyAmount = "amount"
	keyCalls  = "calls"
	keyDepth  = "depth"
	keyRate   = "calls_per_minute"
)

// boundCap is a cap, ready to be compared with calls.
type boundCap struct {
	Cap
	matchers []matcher
}

func (b *boundCap) matches(call otelgenai.PendingCall) bool { return matchesAll(b.matchers, call) }

// due says that it is time to ask what others have used: four fifths of a limit are
// used, or this process has used a tenth since it last reported.
func (c *Cap) due(used, unreported Count) bool {
	of := func(part, limit int64) bool { return limit > 0 && part >= limit }
	if of(used.Calls, c.Calls-c.Calls/5) || of(unreported.Calls, (c.Calls+9)/10) ||
		of(used.MinuteCalls, c.CallsPerMinute-c.CallsPerMinute/5) || of(unreported.MinuteCalls, (c.CallsPerMinute+9)/10) {
		return true
	}
	if !c.Amount.IsPos() || !used.Spent.IsPos() {
		return false
	}
	return used.Spent.Mul64(5).GreaterThanOrEqual(c.Amount.Mul64(4)) || unreported.Spent.Mul64(10).GreaterThanOrEqual(c.Amount)
}

// over says which limit keeps the next call from leaving; "" when none does.
func (c *Cap) over(used Count, depth int64) (limit string) {
	switch {
	case c.Depth > 0 && depth > c.Depth:
		return keyDepth
	case c.Calls > 0 && used.Calls >= c.Calls:
		return keyCalls
	case c.Amount.IsPos() && used.Spent.GreaterThanOrEqual(c.Amount):
		return keyAmount
	case c.CallsPerMinute > 0 && used.MinuteCalls >= c.CallsPerMinute:
		return keyRate
	}
	return ""
}
