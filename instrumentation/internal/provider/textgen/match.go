// Package textgen reads formats of few fields: Workers AI of Cloudflare, IBM's
// watsonx.ai, Text Generation Inference of Hugging Face (TGI), and Aleph Alpha.
//
// Source: developers.cloudflare.com/workers-ai/get-started/rest-api,
// cloud.ibm.com/apidocs/watsonx-ai, huggingface.github.io/text-generation-inference,
// docs.aleph-alpha.com/api/complete.
package textgen

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// The protocols.
var (
	Cloudflare = genai.Protocol{Name: "Workers AI", Route: routeCloudflare}
	Watsonx    = genai.Protocol{Name: "watsonx.ai", Route: routeWatsonx}
	TGI        = genai.Protocol{Name: "TGI", Route: routeTGI}
	AlephAlpha = genai.Protocol{Name: "Aleph Alpha", Route: routeAlephAlpha}
)

var (
	chat   = newAPI(semconv.OperationChat)
	text   = newAPI(semconv.OperationTextCompletion)
	embed  = newAPI(semconv.OperationEmbeddings)
	media  = newAPI(semconv.OperationGenerateContent)
	rerank = newAPI(semconv.OperationRerank)
)

func newAPI(operation string) *genai.API {
	return genai.NewAPI(operation,
		genai.Format[genai.Request]{Shape: requestShape, New: genai.NewRequest},
		genai.Format[genai.Response]{Shape: responseShape, New: newResponse},
		genai.Format[genai.Response]{Shape: streamShape, New: newStream})
}

// routeCloudflare reads .../ai/run/{model}; a model is @cf/{maker}/{name}, and
// its name says what it makes.
func routeCloudflare(method, path string) (*genai.API, string) {
	_, model, ok := strings.Cut(path, "/ai/run/")
	if method != http.MethodPost || !ok || model == "" {
		return nil, ""
	}
	for _, kind := range []struct {
		api   *genai.API
		words []string
	}{
		{embed, []string{"/bge-", "embed"}},
		{rerank, []string{"reranker"}},
		{media, []string{"flux", "stable-diffusion", "dreamshaper", "lucid-origin", "phoenix", "whisper", "melotts", "aura", "nova-3", "resnet", "detr", "m2m100", "distilbert"}},
	} {
		for _, word := range kind.words {
			if strings.Contains(model, word) {
				if kind.api == embed && strings.Contains(model, "reranker") {
					return rerank, model
				}
				return kind.api, model
			}
		}
	}
	return chat, model
}

func routeWatsonx(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	deployment := ""
	if _, rest, ok := strings.Cut(path, "/deployments/"); ok {
		deployment, _, _ = strings.Cut(rest, "/")
	}
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case "chat", "chat_stream":
		return chat, deployment
	case "generation", "generation_stream":
		return text, deployment
	case "text", "text_stream": // of before version 1
		if strings.Contains(path, "/generation/") {
			return text, deployment
		}
	case "embeddings":
		return embed, deployment
	case "rerank":
		return rerank, deployment
	}
	return nil, ""
}

// routeTGI also knows the address by model of Hugging Face's inference API.
func routeTGI(method, path string) (*genai.API, string) {
	if method != http.MethodPost {
		return nil, ""
	}
	if path == "" || path == "/" || strings.HasSuffix(path, "/generate") || strings.HasSuffix(path, "/generate_stream") {
		return text, ""
	}
	if model, ok := strings.CutPrefix(path, "/models/"); ok && strings.Count(model, "/") <= 1 {
		return text, model
	}
	return nil, ""
}

func routeAlephAlpha(method, path string) (*genai.API, string) {
	if method == http.MethodPost && strings.HasSuffix(path, "/complete") {
		return text, ""
	}
	return nil, ""
}

// ReadHeaders takes the counts of TGI, which its answers have only on demand.
func ReadHeaders(h http.Header, r *genai.Response) {
	for name, field := range map[string]usage.Field{"X-Prompt-Tokens": usage.Input, "X-Generated-Tokens": usage.Output} {
		if n, err := strconv.ParseInt(h.Get(name), 10, 64); err == nil {
			r.Usage.Set(field, n)
		}
	}
}
