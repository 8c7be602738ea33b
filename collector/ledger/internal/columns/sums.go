package columns

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Sums are the columns of a sum but for its hour, counts of calls and cost,
// which each store keeps in a type of its own.
func Sums[T, C any](k Kinds[T, C], of func(*T) *ledger.Sum) []C {
	return []C{
		k.Text("user_id", func(row *T) *string { return &of(row).User }),
		k.Word("department", func(row *T) *string { return &of(row).Department }),
		k.Word("application", func(row *T) *string { return &of(row).Application }),
		k.Word("team", func(row *T) *string { return &of(row).Team }),
		k.Word("cost_center", func(row *T) *string { return &of(row).CostCenter }),
		k.Word("environment", func(row *T) *string { return &of(row).Environment }),
		k.Word("workflow", func(row *T) *string { return &of(row).Workflow }),
		k.Word("agent", func(row *T) *string { return &of(row).Agent }),
		k.Word("service", func(row *T) *string { return &of(row).Service }),
		k.Word("provider", func(row *T) *string { return &of(row).Provider }),
		k.Word("model", func(row *T) *string { return &of(row).Model }),
		k.Word("operation", func(row *T) *string { return &of(row).Operation }),
		k.Word("cost_status", func(row *T) *string { return &of(row).CostStatus }),
		k.Count("input_tokens", func(row *T) *int64 { return &of(row).Input }),
		k.Count("output_tokens", func(row *T) *int64 { return &of(row).Output }),
		k.Count("cache_read_tokens", func(row *T) *int64 { return &of(row).CacheRead }),
		k.Count("cache_write_tokens", func(row *T) *int64 { return &of(row).CacheWrite }),
		k.Count("reasoning_tokens", func(row *T) *int64 { return &of(row).Reasoning }),
		k.Duration("duration_ns", func(row *T) *time.Duration { return &of(row).Duration }),
		k.Count("nano_credits", func(row *T) *int64 { return &of(row).NanoCredits }),
	}
}
