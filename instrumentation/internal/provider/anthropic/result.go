package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// result reads one result of a batch.
type result struct{ message }

func newResult(r *genai.Response) genai.Decoder {
	d := &result{}
	d.init(r)
	return d
}

// Settle says that the message has the price of a batch.
func (d *result) Settle() {
	d.message.Settle()
	d.resp.ServiceTier = genai.TierBatch
}
