package promptshare

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

const (
	fieldSystem jsonscan.Field = iota + 1
	fieldFormat
	fieldDocuments
	fieldPrompt
	fieldTool
	fieldToolName
	fieldToolType
	fieldToolServer
	fieldMessage
	fieldRole
	fieldType
	fieldBlock
	fieldBlockType
	fieldDocument
)

// requestShape names the parts in the requests of every vendor: the names do not
// collide.
var requestShape = jsonscan.Compile(append([]jsonscan.Path{
	jsonscan.Pieces("instructions", fieldSystem),
	jsonscan.Pieces("system", fieldSystem), // Anthropic, Bedrock Converse, Ollama
	jsonscan.Pieces("systemInstruction", fieldSystem),
	jsonscan.Pieces("system_instruction", fieldSystem),
	jsonscan.Pieces("preamble", fieldSystem), // Cohere
	jsonscan.Pieces("response_format", fieldFormat),
	jsonscan.Pieces("text.format", fieldFormat), // OpenAI responses
	jsonscan.Pieces("generationConfig.responseSchema", fieldFormat),
	jsonscan.Pieces("documents", fieldDocuments), // Cohere
	jsonscan.Pieces("prompt", fieldPrompt),
	jsonscan.Pieces("message", fieldPrompt),   // Cohere
	jsonscan.Pieces("inputText", fieldPrompt), // Titan

	jsonscan.Each("tools[]", fieldTool),
	jsonscan.Scalar("tools[].name", fieldToolName),
	jsonscan.Scalar("tools[].type", fieldToolType),
	jsonscan.Scalar("tools[].function.name", fieldToolName),
	jsonscan.Scalar("tools[].server_label", fieldToolServer), // OpenAI's remote MCP
	jsonscan.Each("tools[].functionDeclarations[]", fieldTool),
	jsonscan.Scalar("tools[].functionDeclarations[].name", fieldToolName), // Gemini
	jsonscan.Each("tools[].function_declarations[]", fieldTool),
	jsonscan.Scalar("tools[].function_declarations[].name", fieldToolName),
	jsonscan.Each("functions[]", fieldTool), // OpenAI's before tools
	jsonscan.Scalar("functions[].name", fieldToolName),
	jsonscan.Each("toolConfig.tools[]", fieldTool), // Bedrock Converse
	jsonscan.Scalar("toolConfig.tools[].toolSpec.name", fieldToolName),
	jsonscan.Text("input", fieldPrompt), // OpenAI responses, where it is no list
}, messages("messages[]", "input[]", "contents[]", "chat_history[]")...)...)

func messages(lists ...string) (paths []jsonscan.Path) {
	for _, at := range lists {
		block := at + ".content[]"
		if at == "contents[]" {
			block = at + ".parts[]" // Gemini
		}
		paths = append(paths,
			jsonscan.Each(at, fieldMessage),
			jsonscan.Scalar(at+".role", fieldRole),
			jsonscan.Scalar(at+".type", fieldType),
			jsonscan.Each(block, fieldBlock),
			jsonscan.Scalar(block+".type", fieldBlockType),
			jsonscan.Each(block+".document", fieldDocument), // Bedrock Converse
		)
	}
	return paths
}
