package provider

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/ollama"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/textgen"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// servers are model servers that users run themselves.
var servers = []*genai.Provider{
	{
		Vendor: "Ollama",
		Name:   semconv.ProviderOllama,
		Hosts:  []string{"{localhost,127.0.0.1,[::1],host.docker.internal,ollama}:11434", "ollama.com", "api.ollama.com"},
		Speaks: []genai.Protocol{ollama.Protocol, compatible, messages},
	},
	{
		// docs.vllm.ai/en/latest/serving/openai_compatible_server.html
		Vendor:  "vLLM and others with OpenAI's format",
		Name:    semconv.ProviderVLLM,
		Speaks:  []genai.Protocol{compatible, messages},
		Headers: openai.Headers,
	},
	{
		Vendor:      "Text Generation Inference",
		Name:        "tgi",
		Speaks:      []genai.Protocol{compatible, textgen.TGI},
		Headers:     openai.Headers,
		ReadHeaders: textgen.ReadHeaders,
	},
	{
		Vendor: "LM Studio",
		Name:   "lm_studio",
		Hosts:  []string{"{localhost,127.0.0.1,[::1]}:1234"},
		Speaks: []genai.Protocol{compatible, messages},
	},
}
