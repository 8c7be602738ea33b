// Package bedrock reads the runtime API of Amazon Bedrock: Converse and
// InvokeModel with the bodies of Anthropic, Amazon, Meta, Mistral and Cohere
// models, whole and as binary event streams, and the endpoints in OpenAI's
// format.
//
// Source: docs.aws.amazon.com/bedrock/latest/APIReference and the pages on
// inference parameters of the models in its user guide.
package bedrock

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is Amazon Bedrock.
var Provider = &genai.Provider{
	Name: semconv.ProviderBedrock,
	Match: func(host, _ string) bool {
		return strings.HasPrefix(host, "bedrock-") && region(host, "") != ""
	},
	Route:       route,
	Region:      region,
	ReadHeaders: readHeaders,
	Headers:     genai.Headers{RequestID: "X-Amzn-Requestid", Error: "X-Amzn-Errortype"},
}

var (
	converse = &genai.API{
		Operation: semconv.OperationChat,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:   readConverse,
	}
	converseStream = streaming(*converse, false)

	invoke = &genai.API{
		Operation: semconv.OperationChat,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		Stream:    genai.Format[genai.Response]{Shape: streamShape, New: newStream},
		Content:   readInvoke,
	}
	invokeStream = streaming(*invoke, true)

	claude       = withHeaderCounts(*anthropic.Messages)
	claudeStream = streaming(*claude, true)

	embed = &genai.API{
		Operation: semconv.OperationEmbeddings,
		Request:   genai.Format[genai.Request]{Shape: requestShape, New: newRequest},
		Response:  genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
	}

	compatible = openai.New(openai.Variant{})
)

// streaming is an API whose path says that it streams; the events of
// InvokeModel hold the model's own in base64.
func streaming(api genai.API, wrapped bool) *genai.API {
	api.Streams, api.Wrapped = true, wrapped
	return &api
}

// route goes by /model/{model}/{action}; a model may be an ARN with slashes.
func route(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	rest, ok := strings.CutPrefix(path, "/model/")
	if !ok {
		return compatible.Route(method, path)
	}
	i := strings.LastIndexByte(rest, '/')
	if i < 0 {
		return nil, ""
	}
	model := rest[:i]
	isClaude := strings.Contains(model, "anthropic.")
	switch rest[i+1:] {
	case "converse":
		return converse, model
	case "converse-stream":
		return converseStream, model
	case "invoke":
		switch {
		case isClaude:
			return claude, model
		case strings.Contains(model, "embed"):
			return embed, model
		}
		return invoke, model
	case "invoke-with-response-stream":
		if isClaude {
			return claudeStream, model
		}
		return invokeStream, model
	}
	return nil, ""
}

// region is the one in bedrock-runtime.{region}.amazonaws.com, which may also
// end in amazonaws.com.cn or api.aws; empty for other hosts.
func region(host, _ string) string {
	service, rest, _ := strings.Cut(host, ".")
	name, domain, _ := strings.Cut(rest, ".")
	switch service {
	case "bedrock-runtime", "bedrock-runtime-fips", "bedrock-mantle":
	default:
		return ""
	}
	switch domain {
	case "amazonaws.com", "amazonaws.com.cn", "api.aws":
		return name
	}
	return ""
}
