package reprice

import (
	"slices"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// CallOf returns what pricing needs of a stored call: everything that moved its
// price when it came in.
func CallOf(c *ledger.Call) pricing.Call {
	call := pricing.Call{
		Provider:          c.Provider,
		RequestModel:      c.RequestModel,
		ResponseModel:     c.ResponseModel,
		Start:             c.Start,
		Duration:          c.Duration,
		NoUsage:           withoutUsage(c),
		Failed:            callspan.Unbilled(c.UsageSource, c.StatusCode, c.ErrorType),
		Usage:             c.Usage,
		ServedTier:        c.ServiceTier,
		RequestedTier:     c.Terms.RequestedTier,
		Speed:             c.Terms.Speed,
		InferenceGeo:      c.Terms.InferenceGeo,
		Region:            c.Terms.Region,
		ServerAddress:     c.ServerAddress,
		VendorCost:        c.Cost.Vendor,
		VendorCostFinal:   callspan.FinalCharge(c.Claim, c.Streamed),
		SearchContextSize: c.Terms.SearchContextSize,
		TotalUnexplained:  slices.Contains(c.Cost.Flags, pricing.TotalUnexplained.String()),
		Refused:           slices.Contains(c.FinishReasons, semconv.FinishRefusal),
	}
	call.Usage.CompleteCacheWrites()
	return call
}

// withoutUsage reports a call of which no usage arrived. The ledger keeps that
// as zeros; what pricing said of it tells them from zeros that were reported.
func withoutUsage(c *ledger.Call) bool {
	return c.UsageSource == semconv.UsageMissing ||
		c.Cost.Reason == string(pricing.UsageMissing) ||
		slices.Contains(c.Cost.Flags, pricing.NotBilled.String()) && c.Usage.IsZero()
}
