package provider

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/bedrock"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/gemini"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/textgen"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// awsDomains are the domains of the partitions of AWS, by IPv4 and by both
// versions of IP: docs.aws.amazon.com/general/latest/gr/rande.html.
const awsDomains = "{amazonaws.com,api.aws,amazonaws.com.cn,api.amazonwebservices.com.cn,amazonaws.eu,api.amazonwebservices.eu," +
	"c2s.ic.gov,api.aws.ic.gov,sc2s.sgov.gov,api.aws.scloud,cloud.adc-e.uk,api.cloud-aws.adc-e.uk,csp.hci.ic.gov,api.aws.hci.ic.gov}"

// azureDomains are the ends of Azure's names in its public cloud, in that of the
// US government and in China: learn.microsoft.com/azure/azure-government and
// learn.microsoft.com/azure/china.
const azureDomains = "{azure.com,azure.us,azure.cn}"

var azureHeaders = genai.Headers{
	RequestID:         "Apim-Request-Id",
	RemainingRequests: "X-Ratelimit-Remaining-Requests",
	RemainingTokens:   "X-Ratelimit-Remaining-Tokens",
	Reset:             "X-Ratelimit-Reset-Requests",
}

var (
	azureFormat  = openai.Protocol(openai.Rules{CacheTTL: openai.CacheTTL})
	googleOpenAI = openai.Protocol(openai.Rules{Reasoning: openai.ReasoningByTotal})
)

// clouds are the doors of the large clouds to models of their own and of others.
var clouds = []*genai.Provider{
	{
		// In both forms of the URL, /openai/deployments/{deployment}/... and
		// /openai/v1/...: learn.microsoft.com/azure/ai-foundry/openai/reference.
		Vendor: "Azure OpenAI",
		Name:   semconv.ProviderAzureOpenAI,
		Hosts: []string{
			"*.openai." + azureDomains, "*.services.ai." + azureDomains, "*.cognitiveservices." + azureDomains,
			"{region}.api.cognitive.{microsoft.com,microsoft.us,azure.us,azure.cn}",
		},
		Paths:   []string{"/openai/"},
		Speaks:  []genai.Protocol{azureFormat},
		Headers: azureHeaders,
	},
	{
		// learn.microsoft.com/rest/api/aifoundry/modelinference
		Vendor: "Azure AI Foundry",
		Name:   semconv.ProviderAzureAIInference,
		Hosts: []string{
			"*.services.ai." + azureDomains, "{endpoint}.{region}.models.ai." + azureDomains, "{endpoint}.models.ai." + azureDomains,
			"models.inference.ai.azure.com", "{endpoint}.{region}.inference.ml." + azureDomains,
		},
		Speaks:  []genai.Protocol{azureFormat, messages},
		Headers: azureHeaders,
	},
	{
		Vendor: "Amazon Bedrock",
		Name:   semconv.ProviderBedrock,
		Hosts: []string{
			"bedrock-{runtime,runtime-fips,mantle,mantle-fips}.{region}." + awsDomains,
			// AWS PrivateLink: docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html.
			"{endpoint}.bedrock-{runtime,runtime-fips,mantle,mantle-fips}.{region}.vpce." + awsDomains,
		},
		Speaks:      []genai.Protocol{bedrock.Protocol, compatible, messages},
		Headers:     bedrock.Headers,
		ReadHeaders: bedrock.ReadHeaders,
	},
	{
		// Run by Anthropic at its own prices and billed by AWS:
		// docs.aws.amazon.com/claude-platform/latest/userguide.
		Vendor:  "Claude Platform on AWS",
		Name:    semconv.ProviderAnthropic,
		Hosts:   []string{"aws-external-anthropic.{region}." + awsDomains, "{endpoint}.aws-external-anthropic.{region}.vpce." + awsDomains},
		Speaks:  []genai.Protocol{messages},
		Headers: anthropic.Headers,
	},
	{
		// Run by Anthropic and billed by Google:
		// platform.claude.com/docs/en/build-with-claude/claude-models-on-google-cloud.
		Vendor:      "Claude on Google Cloud, Anthropic managed",
		Name:        semconv.ProviderAnthropic,
		Hosts:       []string{"claude.{googleapis.com,mtls.googleapis.com}"},
		RegionAfter: "/locations/",
		Speaks:      []genai.Protocol{messages},
		Headers:     anthropic.Headers,
	},
	{
		// cloud.google.com/vertex-ai/docs/general/locations; the third host is
		// that of regional endpoints, the fourth of Private Service Connect, the
		// last of dedicated endpoints.
		Vendor: "Vertex AI",
		Name:   semconv.ProviderVertexAI,
		Hosts: []string{
			"aiplatform.{googleapis.com,mtls.googleapis.com}", "{region}-aiplatform.{googleapis.com,mtls.googleapis.com}",
			"aiplatform.{region}.rep.{googleapis.com,mtls.googleapis.com}", "{region}-aiplatform-{connection}.p.googleapis.com",
			"{endpoint}.{region}-{project}.prediction.vertexai.goog",
		},
		RegionAfter: "/locations/",
		Speaks:      []genai.Protocol{gemini.Protocol, googleOpenAI},
		ReadHeaders: gemini.ReadHeaders,
	},
	offers("Databricks", "databricks", "*.{cloud.databricks.com,cloud.databricks.us,gcp.databricks.com,azuredatabricks.net,databricks.azure.us,databricks.azure.cn}",
		compatible, messages, openai.ChatAt("/invocations")),
	passes("Snowflake Cortex", "snowflake", "*.snowflakecomputing.{com,cn}", "/cortex/", compatible, messages, openai.ChatAt("/cortex/inference:complete")),
	offers("IBM watsonx.ai", semconv.ProviderWatsonx, "{region}.ml.cloud.ibm.com ml.{region}.private.cloud.ibm.com", textgen.Watsonx, compatible),
	offers("Oracle Cloud Generative AI", "oci", "inference.generativeai.{region}.oci.oraclecloud.com", compatible),
	offers("DigitalOcean", "digitalocean", "inference.do-ai.run *.agents.do-ai.run", compatible),
	offers("Heroku", "heroku", "{region}.inference.heroku.com", compatible, messages),
	offers("IONOS", "ionos", "openai.inference.{region}.ionos.com", compatible),
	offers("OVHcloud", "ovhcloud", "{model}.endpoints.kepler.ai.cloud.ovh.net", compatible),
	offers("Scaleway", "scaleway", "api.scaleway.ai {deployment}.ifr.{region}.scaleway.com", compatible),
	offers("Yandex Cloud", "yandex", "{llm,ai}.api.cloud.yandex.net", compatible),
}
