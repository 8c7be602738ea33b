package bedrock

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/cohere"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
)

// wireInvoke holds the fields by which the request bodies of InvokeModel differ.
type wireInvoke struct {
	Anthropic string          `json:"anthropic_version"`
	InputText string          `json:"inputText"` // Titan
	Prompt    string          `json:"prompt"`    // Llama, Mistral, Cohere Command
	Message   json.RawMessage `json:"message"`   // Cohere Command R
	Messages  []struct {      // Nova, and models with OpenAI's body
		Content []struct {
			Type string `json:"type"`
		} `json:"content"`
	} `json:"messages"`
}

// readInvoke reads InvokeModel with the bodies of Amazon's, Meta's, Mistral's
// and Cohere's models and of those in OpenAI's format, whole or streamed.
func readInvoke(request []byte, answer []json.RawMessage) genai.Content {
	var req wireInvoke
	err := json.Unmarshal(request, &req)
	switch {
	case req.InputText != "":
		return readCompletion(req.InputText, answer)
	case req.Prompt != "":
		return readCompletion(req.Prompt, answer)
	case req.Anthropic != "":
		return anthropic.Messages.Content(request, answer)
	case req.Message != nil:
		return cohereChat.Content(request, answer)
	case err == nil && req.nova():
		return readConverse(request, unwrapEvents(answer))
	default:
		return compatibleChat.Content(request, answer)
	}
}

var (
	cohereChat, _     = cohere.Protocol.Route(http.MethodPost, "/v1/chat")
	compatibleChat, _ = openai.Protocol(openai.Rules{}).Route(http.MethodPost, "/chat/completions")
)

// nova tells the messages of Nova by their parts, which have no type. Messages
// that are plain strings do not unmarshal and are OpenAI's.
func (r *wireInvoke) nova() bool {
	for _, m := range r.Messages {
		for _, p := range m.Content {
			return p.Type == ""
		}
	}
	return true
}

// unwrapEvents takes the events of Nova's stream out of the objects that name
// them, {"contentBlockDelta":{...}}, which leaves those of ConverseStream.
func unwrapEvents(answer []json.RawMessage) []json.RawMessage {
	out := make([]json.RawMessage, len(answer))
	for i, doc := range answer {
		var named struct {
			Start json.RawMessage `json:"contentBlockStart"`
			Delta json.RawMessage `json:"contentBlockDelta"`
		}
		_ = json.Unmarshal(doc, &named)
		switch {
		case named.Start != nil:
			out[i] = named.Start
		case named.Delta != nil:
			out[i] = named.Delta
		default:
			out[i] = doc
		}
	}
	return out
}

// wireText is a text of an answer, under the name each vendor has for it.
type wireText struct {
	Text       string `json:"text"`
	OutputText string `json:"outputText"`
	Generation string `json:"generation"`
}

func (t *wireText) text() string { return t.Text + t.OutputText + t.Generation }

// readCompletion reads models that continue a text: an answer or the pieces
// of one, alone or in a list of choices.
func readCompletion(prompt string, answer []json.RawMessage) genai.Content {
	out := genai.Content{Input: []genai.Message{{Role: "user", Parts: []genai.Part{genai.TextPart(prompt)}}}}
	var said []bytes.Buffer
	add := func(choice int, text string) {
		if text == "" || choice >= maxChoices {
			return
		}
		for len(said) <= choice {
			said = append(said, bytes.Buffer{})
		}
		said[choice].WriteString(text)
	}
	for _, doc := range answer {
		var d struct {
			wireText
			Results     []wireText `json:"results"`     // Titan
			Outputs     []wireText `json:"outputs"`     // Mistral
			Generations []wireText `json:"generations"` // Cohere
			Choices     []wireText `json:"choices"`     // DeepSeek
		}
		if !genai.Unmarshal(doc, &d) {
			continue
		}
		add(0, d.text())
		for _, choices := range [][]wireText{d.Results, d.Outputs, d.Generations, d.Choices} {
			for i := range choices {
				add(i, choices[i].text())
			}
		}
	}
	for i := range said {
		out.Output = append(out.Output, genai.Message{Role: "assistant", Parts: genai.AppendTextPart(nil, said[i].String())})
	}
	return out
}

// maxChoices bounds the choices of an answer that are recorded separately.
const maxChoices = 16
