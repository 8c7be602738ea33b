package otelgenai

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// promptScan looks for the members that every request to a model has: its name
// and what it is asked.
type promptScan struct {
	jsonscan.Ignore
	scanner       jsonscan.Scanner
	model, prompt bool
}

const (
	sawModel jsonscan.Field = iota + 1
	sawPrompt
)

// promptShape has the prompt in the forms of chat completions and messages
// (messages), responses and embeddings (input), completions (prompt), Gemini
// (contents) and reranking (documents).
var promptShape = jsonscan.Compile(
	jsonscan.Scalar("model", sawModel),
	jsonscan.Each("messages", sawPrompt),
	jsonscan.Each("contents", sawPrompt),
	jsonscan.Each("documents", sawPrompt),
	jsonscan.Scalar("prompt", sawPrompt),
	jsonscan.Scalar("prompt[]", sawPrompt),
	jsonscan.Scalar("input", sawPrompt),
	jsonscan.Scalar("input[]", sawPrompt),
	jsonscan.Scalar("input[][]", sawPrompt), // tokens
	jsonscan.Scalar("input[].type", sawPrompt),
	jsonscan.Scalar("input[].role", sawPrompt),
	jsonscan.Scalar("input[].text", sawPrompt),
)

// newPromptScan makes a scan for a request whose address names a model, or none.
func newPromptScan(model string) *promptScan {
	s := &promptScan{model: model != ""}
	s.scanner.Init(promptShape, s, false)
	return s
}

func (s *promptScan) Value(f jsonscan.Field, k jsonscan.Kind, _ []byte) {
	switch {
	case f == sawModel:
		s.model = s.model || k == jsonscan.String
	case k != jsonscan.Null:
		s.prompt = true
	}
}

func (s *promptScan) Begin(jsonscan.Field) { s.prompt = true }

// found says whether both were there, before anything that is not JSON.
func (s *promptScan) found() bool {
	return s != nil && s.model && s.prompt && s.scanner.Err() != jsonscan.ErrSyntax
}
