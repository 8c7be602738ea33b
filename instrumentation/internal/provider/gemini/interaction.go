package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// interactions is the Interactions API: models and agents, whole or streamed.
var interactions = &genai.API{
	Operation: semconv.OperationGenerateContent,
	Request:   genai.Format[genai.Request]{Shape: interactionRequestShape, New: newRequest},
	Response:  genai.Format[genai.Response]{Shape: interactionShape, New: newInteraction(false)},
	Stream:    genai.Format[genai.Response]{Shape: interactionStreamShape, New: newInteraction(true)},
}

// Fields of interactions, in addition to those of answers.
const (
	actModel jsonscan.Field = iota + 100
	actID
	actStatus
	actEvent
	actErrorCode
	actStep
	actStepType
	actQuery
	actText
)

var interactionRequestShape = jsonscan.Compile(append(requestPaths(),
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("agent", genai.MemberModel),
	jsonscan.Scalar("stream", genai.MemberStream),
	jsonscan.Scalar("previous_interaction_id", genai.MemberPreviousResponse),
	jsonscan.Scalar("generation_config.thinking_level", genai.MemberReasoning),
	jsonscan.Scalar("response_mime_type", reqMIME),
)...)

// interactionPaths are the fields of an interaction below a prefix. Its counts
// mean what those of answers do, under other names.
func interactionPaths(at string) []jsonscan.Path {
	usage := at + "usage."
	paths := []jsonscan.Path{
		jsonscan.Scalar(at+"id", actID),
		jsonscan.Scalar(at+"model", actModel),
		jsonscan.Scalar(at+"status", actStatus),
		jsonscan.Each(at+"usage", useObject),
		jsonscan.Scalar(usage+"total_input_tokens", usePrompt),
		jsonscan.Scalar(usage+"total_output_tokens", useCandidates),
		jsonscan.Scalar(usage+"total_tokens", useTotal),
		jsonscan.Scalar(usage+"total_cached_tokens", useCached),
		jsonscan.Scalar(usage+"total_thought_tokens", useThoughts),
		jsonscan.Scalar(usage+"total_tool_use_tokens", useToolPrompt),
		jsonscan.Scalar(at+"service_tier", useTier),
	}
	paths = append(paths, modalityPaths(usage, "tokens", map[string]jsonscan.Field{
		"input_tokens_by_modality": usePromptDetail, "tool_use_tokens_by_modality": useToolDetail,
		"cached_tokens_by_modality": useCachedDetail, "output_tokens_by_modality": useOutputDetail,
	})...)
	for _, steps := range []string{"steps[]", "outputs[]"} { // the one since 2026, the other before
		paths = append(paths,
			jsonscan.Each(at+steps, actStep),
			jsonscan.Scalar(at+steps+".type", actStepType),
			jsonscan.Scalar(at+steps+".arguments.queries[]", actQuery),
		)
	}
	return paths
}

var interactionShape = jsonscan.Compile(interactionPaths("")...)

// interactionStreamShape is one event. The interaction is in those that open
// and end the stream.
var interactionStreamShape = jsonscan.Compile(append(interactionPaths("interaction."),
	jsonscan.Scalar("event_type", actEvent),
	jsonscan.Scalar("error.code", actErrorCode),
	jsonscan.Each("step", actStep), // of step.start
	jsonscan.Scalar("step.type", actStepType),
	jsonscan.Scalar("step.arguments.queries[]", actQuery),
	jsonscan.Text("delta.text", actText),
	jsonscan.Text("delta.arguments", actText),
)...)

// interaction reads an interaction, whole or in events.
type interaction struct {
	response
	genai.OutputText
	streamed bool
	step     string   // type of the step at hand
	asked    []uint64 // queries of the step at hand
	delta    bool     // the event at hand carries output
}

func newInteraction(streamed bool) func(*genai.Response) genai.Decoder {
	return func(r *genai.Response) genai.Decoder {
		return &interaction{response: response{resp: r}, OutputText: genai.OutputText{Resp: r}, streamed: streamed}
	}
}

func (d *interaction) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case actID:
		r.ID = genai.Keep(r.ID, k, v)
	case actModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case actStatus:
		r.SetFinishReason(0, finish(genai.InternIfChanged("", k, v)))
	case actEvent:
		switch string(v) {
		case "interaction.complete", "interaction.completed", "error":
			r.Complete = true
		case "content.delta", "step.delta":
			d.delta = true
		}
	case actErrorCode:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case actStepType:
		d.step = genai.InternIfChanged("", k, v)
	case actQuery:
		d.asked = addQuery(d.asked, k, v)
	default:
		d.response.Value(f, k, v)
	}
}

func (d *interaction) Begin(f jsonscan.Field) {
	if f == actStep {
		d.step, d.asked = "", d.asked[:0]
		return
	}
	d.response.Begin(f)
}

// End counts the queries of Google Search alone: functions may have arguments
// of that name.
func (d *interaction) End(f jsonscan.Field) {
	if f == actStep {
		if d.step == "google_search_call" {
			for _, q := range d.asked {
				d.queries = addOnce(d.queries, q)
			}
		}
		return
	}
	d.response.End(f)
}

func (d *interaction) Document() {
	switch {
	case !d.streamed:
		d.resp.Complete = true
	case d.delta:
		d.resp.Chunks++
	}
	d.delta = false
}

// finish is the reason that the status of an interaction means; none while
// it is running.
func finish(status string) string {
	switch status {
	case "completed":
		return "stop"
	case "requires_action":
		return "tool_call"
	case "incomplete":
		return "length"
	case "failed":
		return "error"
	case "in_progress", "queued":
		return ""
	default:
		return status
	}
}
