package columns

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Results are the columns of a result.
func Results[C any](k Kinds[ledger.Result, C]) []C {
	return []C{
		k.TraceID("result_id", func(r *ledger.Result) *ledger.TraceID { return (*ledger.TraceID)(&r.ID) }),
		k.Word("kind", func(r *ledger.Result) *string { return (*string)(&r.Kind) }),
		k.Word("name", func(r *ledger.Result) *string { return &r.Name }),
		k.Instant("time", func(r *ledger.Result) *time.Time { return &r.Time }),
		k.TraceID("trace_id", func(r *ledger.Result) *ledger.TraceID { return &r.TraceID }),
		k.SpanID("span_id", func(r *ledger.Result) *ledger.SpanID { return &r.SpanID }),
		k.Text("response_id", func(r *ledger.Result) *string { return &r.ResponseID }),
		k.Word("agent", func(r *ledger.Result) *string { return &r.Agent }),
		k.Text("conversation_id", func(r *ledger.Result) *string { return &r.ConversationID }),
		k.Word("tag_key", func(r *ledger.Result) *string { return &r.TagKey }),
		k.Text("tag_value", func(r *ledger.Result) *string { return &r.TagValue }),
		k.Text("user_id", func(r *ledger.Result) *string { return &r.User }),
		k.Amount("value", func(r *ledger.Result) **udecimal.Decimal { return &r.Value }),
		k.Word("label", func(r *ledger.Result) *string { return &r.Label }),
		k.Flag("accepted", func(r *ledger.Result) *bool { return &r.Accepted }),
		k.Word("error_type", func(r *ledger.Result) *string { return &r.ErrorType }),
		k.Instant("received_time", func(r *ledger.Result) *time.Time { return &r.Received }),
	}
}
