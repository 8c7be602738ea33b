package mistral

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const (
	convModel jsonscan.Field = iota + 1
	convID
	convType
	convText
	convErrorCode

	convTotal
	convConnector
)

var conversationRequestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("agent_id", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Scalar("completion_args.temperature", genai.MemberTemperature),
	jsonscan.Scalar("completion_args.top_p", genai.MemberTopP),
	jsonscan.Scalar("completion_args.max_tokens", genai.MemberMaxTokens),
	jsonscan.Scalar("completion_args.random_seed", genai.MemberSeed),
	jsonscan.Scalar("completion_args.stop", genai.MemberStop),
	jsonscan.Scalar("completion_args.stop[]", genai.MemberStop),
)

// conversationShape is a whole answer, or one event of a stream.
var conversationShape = jsonscan.Compile(
	jsonscan.Scalar("conversation_id", convID),
	jsonscan.Scalar("type", convType),
	jsonscan.Scalar("code", convErrorCode),
	jsonscan.Scalar("model", convModel),
	jsonscan.Scalar("outputs[].model", convModel),
	jsonscan.Text("content", convText),
	jsonscan.Text("content.text", convText),
	jsonscan.Scalar("usage.prompt_tokens", genai.Counted(usage.Input)),
	jsonscan.Scalar("usage.completion_tokens", genai.Counted(usage.Output)),
	jsonscan.Scalar("usage.total_tokens", convTotal),
	jsonscan.Scalar("usage.connector_tokens", convConnector),
	jsonscan.Scalar("usage.connectors.web_search", genai.Counted(usage.WebSearches)),
	jsonscan.Scalar("usage.connectors.web_search_premium", genai.Counted(usage.WebSearches)),
	jsonscan.Scalar("usage.connectors.code_interpreter", genai.Counted(usage.CodeExecutions)),
	jsonscan.Scalar("usage.connectors.image_generation", genai.Counted(usage.Images)),
	jsonscan.Scalar("usage.connectors.document_library", genai.Counted(usage.FileSearches)),
)

// conversationCounts are those of an event: one that is cut off counts for
// nothing.
type conversationCounts struct {
	genai.Usage
	total, connector int64
}

// conversation reads a whole answer.
type conversation struct {
	jsonscan.Ignore
	resp       *genai.Response
	open, last conversationCounts
}

func newConversation(r *genai.Response) genai.Decoder { return &conversation{resp: r} }

// conversationStream reads an answer in events.
type conversationStream struct {
	conversation
	genai.OutputText
}

func newConversationStream(r *genai.Response) genai.Decoder {
	return &conversationStream{conversation{resp: r}, genai.OutputText{Resp: r}}
}

func (d *conversation) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case convID:
		r.ConversationID = genai.Keep(r.ConversationID, k, v)
	case convType:
		switch string(v) {
		case "conversation.response.done":
			r.Complete = true
		case "conversation.response.error":
			r.Complete, r.ErrorCode = true, "error"
		}
	case convErrorCode:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case convModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case convTotal:
		genai.Count(&d.open.total, k, v)
	case convConnector:
		genai.Count(&d.open.connector, k, v)
	default:
		d.open.ReadCounted(f, k, v)
	}
}

func (d *conversation) Document() {
	d.last = d.open
	d.resp.Complete = true
}

func (d *conversationStream) Document() {
	d.last = d.open
	d.Chunk()
}

// Settle adds the tokens of connectors to the input, where the total shows that
// prompt_tokens lacks them.
func (d *conversation) Settle() {
	c := &d.last
	if c.connector > 0 && c.total == c.Counts[usage.Input]+c.Counts[usage.Output]+c.connector {
		c.Add(usage.Input, c.connector)
	}
	d.resp.Usage = c.Usage
}
