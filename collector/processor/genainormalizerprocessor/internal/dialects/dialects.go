// Package dialects is the list of dialects the normaliser understands, one
// file each, all of the same shape: how the dialect is recognised, what its
// attributes mean, which of its spans are model calls, and how it counts.
package dialects

import "github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"

// All returns the dialects in the order they are tried: the one whose mark is
// hardest to mistake first, plain conventions last.
func All() []*dialect.Dialect {
	return []*dialect.Dialect{
		spanledger(),
		openCode(),
		langfuse(),
		openInferenceClaude(),
		openInference(),
		githubCopilot(),
		genkit(),
		agentFramework(),
		vercelAI(),
		vercelAIOTel(),
		openLIT(),
		pydanticAI(),
		langSmith(),
		mlflow(),
		strands(),
		adk(),
		claudeSDK(),
		claudeAPI(),
		claudeCode(),
		codex(),
		geminiCLI(),
		cursor(),
		semanticKernel(),
		azureAI(),
		openRouter(),
		portkey(),
		liteLLM(),
		openLLMetry(),
		logfire(),
		semanticConventions(),
	}
}
