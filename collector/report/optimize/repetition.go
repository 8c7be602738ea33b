package optimize

import (
	"context"
	"errors"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// uses are how often the prefixes of a group of calls came again within each
// lifetime that its vendor offers.
type uses map[*lifetime]ledger.PrefixUse

// calls that had a hash, which are the same for every lifetime.
func (u uses) calls() int64 {
	for _, use := range u {
		return use.Calls
	}
	return 0
}

// repetition is how often the prefixes of prompts came again; nil for calls
// without hashes, and where the ledger cannot tell.
func (f *facts) repetition(ctx context.Context, s Subject) (uses, error) {
	f.asking.Lock()
	defer f.asking.Unlock()
	if f.prefixes == nil {
		if err := f.readPrefixes(ctx); err != nil {
			return nil, fmt.Errorf("read the prefixes of prompts: %w", err)
		}
	}
	return f.prefixes[s], nil
}

func (f *facts) readPrefixes(ctx context.Context) error {
	f.prefixes = map[Subject]uses{}
	wanted := map[*lifetime]map[Subject]bool{}
	for i := range f.groups {
		if g := &f.groups[i]; f.uncached(g) {
			for _, l := range f.offered(g) {
				if wanted[l] == nil {
					wanted[l] = map[Subject]bool{}
				}
				wanted[l][g.Subject] = true
			}
		}
	}
	for _, l := range lifetimes {
		if wanted[l] == nil {
			continue // each lifetime reads the calls once more
		}
		found, err := f.reader.Prefixes(ctx, ledger.PrefixQuery{
			From: f.period.From, Until: f.period.Until, Zone: f.period.Zone, Where: f.where, By: kinds,
			Within: l.within, MinTokens: f.settings.MinPrefix,
		})
		if errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, use := range found {
			s := subjectOf(use.Key)
			if !wanted[l][s] {
				continue
			}
			if f.prefixes[s] == nil {
				f.prefixes[s] = uses{}
			}
			f.prefixes[s][l] = use
		}
	}
	return nil
}
