package pricing

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// layer is one catalogue file, or several that belong together, made ready for
// lookup. It is not changed once built.
type layer struct {
	version     string
	providers   map[string]*provider // by catalogue name
	adjustments []adjustment
	commitments []Commitment
	gateways    []string
	sources     map[string]pricefile.Source
}

type provider struct {
	name        string
	aliases     []string
	router      bool
	vendorCost  bool      // its answers carry the charge itself
	maker       bool      // its models run nowhere else
	open        []pattern // of its models that anyone may run
	freeRefusal bool      // an answer refused before any output is not billed
	defaultTTL  bucket    // the bucket cacheWrite means; cacheWrite when not said
	fees        rateSet
	hosts       []hostTemplate
	rows        []*row
	byID        map[string][]*row // several where the price depends on the region
	patterns    []patternRow
	aliased     map[string][]aliasPeriod
}

type patternRow struct {
	pattern pattern
	rows    []*row
}

type aliasPeriod struct {
	span
	model string
}

// row is one model at one provider, in one region where that matters.
type row struct {
	model     string
	region    string
	except    []pattern
	gpus      int64
	resold    bool               // the seller's own charge in an answer wins
	standard  []*card            // in order of time
	modes     map[string][]*card // other than standard
	modifiers []modifier
	file      *pricefile.Model
}

// span is [from, until); zero times are open ends.
type span struct{ from, until time.Time }

func (s *span) covers(t time.Time) bool {
	return (s.from.IsZero() || !t.Before(s.from)) && (s.until.IsZero() || t.Before(s.until))
}

type card struct {
	span
	rates   rateSet
	tiers   []tier // by threshold, rising
	windows []window
	flags   Flags
	known   bool // false: a stated gap, no one knows the price
	free    bool // every rate is zero
}

type tier struct {
	over      int64
	inclusive bool
	rates     rateSet
}

func (t *tier) passed(inputTokens int64) bool {
	return inputTokens > t.over || t.inclusive && inputTokens == t.over
}

// modifier multiplies the token rates of a call all of whose conditions hold.
type modifier struct {
	conditions []condition
	multiplier udecimal.Decimal
}

type condition struct {
	field  string
	values []string
}

type adjustment struct {
	span
	provider   string // "*" = every provider
	models     []pattern
	multiplier udecimal.Decimal
	tokensOnly bool
}
