package promptprefix

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

const (
	fieldTools jsonscan.Field = iota + 1
	fieldFormat
	fieldInstructions
	fieldPrompt
	fieldMessage
	fieldRole
	fieldContent
)

// requestShape names the prefix in the requests of every vendor: the names do
// not collide.
var requestShape = jsonscan.Compile(
	jsonscan.Pieces("tools", fieldTools),
	jsonscan.Pieces("functions", fieldTools),  // OpenAI's before tools
	jsonscan.Pieces("toolConfig", fieldTools), // Bedrock Converse
	jsonscan.Pieces("response_format", fieldFormat),
	jsonscan.Pieces("text.format", fieldFormat), // OpenAI responses
	jsonscan.Pieces("instructions", fieldInstructions),
	jsonscan.Pieces("system", fieldInstructions), // Anthropic, Bedrock Converse, Ollama
	jsonscan.Pieces("systemInstruction", fieldInstructions),
	jsonscan.Pieces("system_instruction", fieldInstructions),
	jsonscan.Pieces("preamble", fieldInstructions), // Cohere
	jsonscan.Text("prompt", fieldPrompt),
	jsonscan.Text("message", fieldPrompt), // Cohere
	jsonscan.Text("input", fieldPrompt),   // OpenAI responses, where it is no list
	jsonscan.Each("messages[]", fieldMessage),
	jsonscan.Scalar("messages[].role", fieldRole),
	jsonscan.Pieces("messages[].content", fieldContent),
	jsonscan.Each("input[]", fieldMessage),
	jsonscan.Scalar("input[].role", fieldRole),
	jsonscan.Pieces("input[].content", fieldContent),
	jsonscan.Each("contents[]", fieldMessage), // Gemini
	jsonscan.Scalar("contents[].role", fieldRole),
	jsonscan.Pieces("contents[].parts", fieldContent),
)
