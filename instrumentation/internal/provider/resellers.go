package provider

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/textgen"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// resellers are the doors of those who run the open models of others.
var resellers = []*genai.Provider{
	offers("Groq", semconv.ProviderGroq, "api.groq.com", compatible),
	offers("Together AI", semconv.ProviderTogether, "api.together.{ai,xyz}", reporting),
	offers("Fireworks AI", semconv.ProviderFireworks, "api.fireworks.ai", reporting, messages),
	{
		Vendor:      "Hugging Face",
		Name:        "huggingface",
		Hosts:       []string{"{router,api-inference}.huggingface.co", "{endpoint}.{region}.{cloud}.endpoints.huggingface.cloud"},
		Speaks:      []genai.Protocol{compatible, textgen.TGI},
		Headers:     openai.Headers,
		ReadHeaders: textgen.ReadHeaders,
	},
	offers("Avian", "avian", "api.avian.io", compatible),
	offers("Baseten", "baseten", "inference.baseten.co {model}.api.baseten.co", compatible),
	offers("Cerebras", "cerebras", "api.cerebras.ai", compatible),
	offers("Chutes", "chutes", "llm.chutes.ai {chute}.chutes.ai", compatible),
	offers("Clarifai", "clarifai", "api.clarifai.com", compatible),
	passes("Cloudflare Workers AI", "cloudflare", "api.cloudflare.com", "/ai/", textgen.Cloudflare, compatible),
	offers("Crusoe", "crusoe", "{managed-inference-api-proxy,api.inference}.crusoecloud.com api.inference.crusoe.ai", compatible),
	offers("DeepInfra", "deepinfra", "api.deepinfra.com", compatible),
	offers("Doubleword", "doubleword", "api.doubleword.ai", compatible),
	offers("Featherless", "featherless", "api.featherless.ai", compatible),
	offers("FriendliAI", "friendli", "api.friendli.ai inference.friendli.ai", compatible),
	offers("GitHub Models", "github", "models.github.ai", compatible),
	offers("GMI Cloud", "gmi", "api.gmi-serving.com", compatible),
	offers("Hyperbolic", "hyperbolic", "api.hyperbolic.xyz", compatible),
	offers("Inference.net", "inference_net", "{api,batch}.inference.net", compatible),
	offers("Kluster.ai", "kluster", "api.kluster.ai", compatible),
	offers("Lambda", "lambda", "api.lambda.ai api.lambdalabs.com", compatible),
	offers("Nebius", "nebius", "api.studio.nebius.{ai,com} api.tokenfactory.nebius.com api.tokenfactory.{region}.nebius.com", compatible),
	offers("Novita AI", "novita", "api.novita.ai", compatible, messages),
	offers("Nscale", "nscale", "inference.api.nscale.com", compatible),
	offers("NVIDIA NIM", "nvidia", "{integrate,ai}.api.nvidia.com", compatible),
	offers("Parasail", "parasail", "api.parasail.io", compatible),
	offers("Pollinations", "pollinations", "{text,gen,enter}.pollinations.ai", compatible, openai.ChatAt("/openai")),
	offers("RunPod", "runpod", "api.runpod.ai", compatible),
	offers("SambaNova", "sambanova", "api.sambanova.ai", compatible),
	offers("SiliconFlow", "siliconflow", "api.siliconflow.{com,cn} api-st.siliconflow.cn", compatible, messages),
	offers("Targon", "targon", "api.targon.com", compatible),
	offers("Venice", "venice", "api.venice.ai", compatible),
	offers("W&B Inference", "wandb", "api.inference.wandb.ai", compatible),
}
