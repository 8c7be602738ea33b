package reprice

import (
	"slices"
	"strconv"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// CallOf is what pricing needs of a stored call: everything that moved its
// price when it came in.
func CallOf(c *ledger.Call) pricing.Call {
	u := &c.Usage
	return pricing.Call{
		Provider:      c.Provider,
		RequestModel:  c.RequestModel,
		ResponseModel: c.ResponseModel,
		Start:         c.Start,
		Duration:      c.Duration,
		NoUsage:       withoutUsage(c),
		Failed:        failed(c),
		Usage: usage.Counts{
			usage.Input: u.Input, usage.Output: u.Output,
			usage.CacheRead: u.CacheRead, usage.CacheWrite: writes(u),
			usage.CacheWrite5m: u.CacheWrite5m, usage.CacheWrite30m: u.CacheWrite30m,
			usage.CacheWrite1h: u.CacheWrite1h, usage.CacheWrite12h: u.CacheWrite12h,
			usage.AudioInput: u.AudioInput, usage.AudioCacheRead: u.AudioCacheRead,
			usage.ImageInput: u.ImageInput, usage.ImageCacheRead: u.ImageCacheRead,
			usage.Reasoning: u.Reasoning, usage.AudioOutput: u.AudioOutput, usage.ImageOutput: u.ImageOutput,
			usage.WebSearches: u.WebSearches, usage.FileSearches: u.FileSearches, usage.XSearches: u.XSearches,
			usage.CollectionSearches: u.CollectionSearches, usage.CodeExecutions: u.CodeExecs,
			usage.SearchUnits: u.SearchUnits, usage.Pages: u.Pages, usage.AnnotatedPages: u.AnnotatedPages,
			usage.Images: u.Images, usage.AudioSeconds: u.AudioSeconds,
		},
		ServedTier:        c.ServiceTier,
		RequestedTier:     c.Terms.RequestedTier,
		Speed:             c.Terms.Speed,
		InferenceGeo:      c.Terms.InferenceGeo,
		Region:            c.Terms.Region,
		ServerAddress:     c.ServerAddress,
		VendorCost:        c.Cost.Vendor,
		SearchContextSize: c.Terms.SearchContextSize,
		Refused:           slices.Contains(c.FinishReasons, semconv.FinishRefusal),
	}
}

// writes is the total of cache writes: a split without its total is the total.
func writes(u *ledger.Usage) int64 {
	if split := u.CacheWrite5m + u.CacheWrite30m + u.CacheWrite1h + u.CacheWrite12h; u.CacheWrite == 0 && split > 0 {
		return split
	}
	return u.CacheWrite
}

// withoutUsage reports a call of which no usage arrived. The ledger keeps that
// as zeros; what pricing said of it tells them from zeros that were reported.
func withoutUsage(c *ledger.Call) bool {
	return c.UsageSource == semconv.UsageMissing ||
		c.Cost.Reason == string(pricing.UsageMissing) ||
		slices.Contains(c.Cost.Flags, pricing.NotBilled.String()) && c.Usage == (ledger.Usage{})
}

func failed(c *ledger.Call) bool {
	code, err := strconv.Atoi(c.ErrorType)
	return c.StatusCode >= 400 || c.UsageSource == semconv.UsageNone || err == nil && code >= 400 && code < 600
}
