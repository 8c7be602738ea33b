package operate

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// On changes a store. Own are the prices where a repricing names no file.
func On(store ledger.Store, own *pricing.Catalogue) Operator { return &onStore{store, own} }

type onStore struct {
	ledger.Store
	own *pricing.Catalogue
}

func (s *onStore) Repair(ctx context.Context, opts settle.RepairOptions) (*settle.Repaired, error) {
	return settle.Repair(ctx, s.Store, opts)
}

func (s *onStore) Reprice(ctx context.Context, r Repricing) (*reprice.Result, error) {
	catalogue, err := r.Prices.Catalogue(s.own)
	if err != nil {
		return nil, err
	}
	return reprice.Run(ctx, s.Store, reprice.Options{
		From: r.From, Until: r.Until, Catalogue: catalogue, Apply: r.Apply, Progress: r.Progress,
	})
}

func (s *onStore) Void(ctx context.Context, trace ledger.TraceID, span ledger.SpanID, why string) (*ledger.Call, error) {
	return ledger.Void(ctx, s.Store, trace, span, why)
}
