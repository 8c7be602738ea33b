package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// result reads one result of a batch, whichever API it was for: the fields of a
// chat completion and those of a response object have no name in common but
// their id, model, tier and usage.
type result struct {
	chat
	items responses
	line  string // the vendor's id of the result
}

func newResult(r Rules) func(*genai.Response) genai.Decoder {
	return func(resp *genai.Response) genai.Decoder {
		return &result{chat: chat{resp: resp, rules: r}, items: responses{resp: resp}}
	}
}

func (d *result) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respLineID:
		d.line = genai.Text(k, v)
	case respObject:
		d.resp.Object = genai.Intern(k, v)
	case respStatus, respIncomplete, respItemType, respItemAction, respConversation,
		respToolType, respToolModel, respCacheTTL, useBilledSearches:
		d.items.Value(f, k, v)
	default:
		if d.items.inImage {
			d.items.Value(f, k, v)
			return
		}
		d.chat.Value(f, k, v)
	}
}

func (d *result) Begin(f jsonscan.Field) {
	switch f {
	case respItem, respTool, useImageTool:
		d.items.Begin(f)
	default:
		d.chat.Begin(f)
	}
}

func (d *result) End(f jsonscan.Field) {
	switch f {
	case respItem, respTool, useImageTool:
		d.items.End(f)
	default:
		d.chat.End(f)
	}
}

// Settle says that the answer has the price of a batch.
func (d *result) Settle() {
	d.items.finish()
	d.chat.finish()
	d.items.settleTools()
	d.resp.ServiceTier = genai.TierBatch
	if d.resp.ID == "" {
		d.resp.ID = d.line // embeddings have none
	}
}
