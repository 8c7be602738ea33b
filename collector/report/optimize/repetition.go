package optimize

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// lifetime is how long a vendor's cache holds a prefix after its last use.
type lifetime struct {
	name    string
	within  time.Duration
	written func(*pricing.Usage) *int64 // what is written for so long
	// common is what caches do unless asked for more. Where the price list has
	// no rate for writing to them, a write costs what the input does.
	common bool
}

var lifetimes = [...]lifetime{
	{"5 minutes", 5 * time.Minute, func(u *pricing.Usage) *int64 { return &u.CacheWrite5m }, true},
	{"an hour", time.Hour, func(u *pricing.Usage) *int64 { return &u.CacheWrite1h }, false},
}

// repetition is how often the prefixes of prompts came again, for each of
// lifetimes; nil for calls without hashes, and where the ledger cannot tell.
func (f *facts) repetition(ctx context.Context, s Subject) ([]ledger.PrefixUse, error) {
	if f.prefixes == nil {
		if err := f.readPrefixes(ctx); err != nil {
			return nil, fmt.Errorf("prefixes of prompts: %w", err)
		}
	}
	return f.prefixes[s], nil
}

func (f *facts) readPrefixes(ctx context.Context) error {
	f.prefixes = map[Subject][]ledger.PrefixUse{}
	reader, ok := f.reader.(ledger.PrefixReader)
	if !ok {
		return nil
	}
	for i := range lifetimes {
		uses, err := reader.Prefixes(ctx, ledger.PrefixQuery{
			From: f.period.From, Until: f.period.Until, Zone: f.period.Zone, Where: f.where, By: kinds,
			Within: lifetimes[i].within, MinTokens: f.settings.MinPrefix,
		})
		if errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, use := range uses {
			s := subjectOf(use.Key)
			if f.prefixes[s] == nil {
				f.prefixes[s] = make([]ledger.PrefixUse, len(lifetimes))
			}
			f.prefixes[s][i] = use
		}
	}
	return nil
}
