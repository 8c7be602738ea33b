package genaimetricsconnector

// Metrics of our own.
const (
	metricCalls  = "spanledger.calls"
	metricCost   = "spanledger.cost"
	metricTokens = "spanledger.tokens"

	metricEvaluations = "spanledger.evaluations"
	metricScores      = "spanledger.evaluation.score"
)

// Metrics of the conventions that are derived from spans.
const (
	metricInferenceDuration = "gen_ai.client.inference.duration"
	metricInferenceTTFC     = "gen_ai.client.inference.time_to_first_chunk"
	metricInferenceInput    = "gen_ai.client.inference.operation.input_tokens"
	metricInferenceOutput   = "gen_ai.client.inference.operation.output_tokens"
	metricOperationDuration = "gen_ai.client.operation.duration"
	metricTokenUsage        = "gen_ai.client.token.usage"
	metricOperationTTFC     = "gen_ai.client.operation.time_to_first_chunk"
	metricAgentDuration     = "gen_ai.invoke_agent.duration"
	metricWorkflowDuration  = "gen_ai.invoke_workflow.duration"
	metricToolDuration      = "gen_ai.execute_tool.duration"
)

// metricUsage are the token counters of the conventions, by kind.
var metricUsage = [numTokenKinds]string{
	tokensInput:      "gen_ai.client.inference.usage.input_tokens",
	tokensOutput:     "gen_ai.client.inference.usage.output_tokens",
	tokensCacheRead:  "gen_ai.client.inference.usage.cache_read.input_tokens",
	tokensCacheWrite: "gen_ai.client.inference.usage.cache_write.input_tokens",
	tokensReasoning:  "gen_ai.client.inference.usage.reasoning.output_tokens",
}

// derivedNames are the metrics an application may send as well.
var derivedNames = func() map[string]bool {
	names := map[string]bool{
		metricInferenceDuration: true, metricInferenceTTFC: true, metricInferenceInput: true, metricInferenceOutput: true,
		metricOperationDuration: true, metricTokenUsage: true, metricOperationTTFC: true,
		metricAgentDuration: true, metricWorkflowDuration: true, metricToolDuration: true,
	}
	for _, name := range metricUsage {
		names[name] = true
	}
	return names
}()

// Units. The unit of cost becomes part of the name in Prometheus, so it is
// spelled in lower case: spanledger_cost_usd_total.
const (
	unitCalls   = "{call}"
	unitUSD     = "usd"
	unitTokens  = "{token}"
	unitSeconds = "s"

	unitEvaluations = "{evaluation}"
	unitScore       = "1"
)
