package openai

import (
	"cmp"
	"math"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// chat reads chat completions, completions and embeddings, whole or in chunks.
type chat struct {
	jsonscan.Ignore
	resp   *genai.Response
	rules  Rules
	stream bool
	usage  usageReader

	choice  int64  // index of the choice at hand
	reason  string // its finish reason
	choices int64  // choices begun in this document
	failure failure
}

// chats holds decoders that are settled, for use by others.
var chats = sync.Pool{New: func() any { return new(chat) }}

func newChat(r Rules, stream bool) func(*genai.Response) genai.Decoder {
	return func(resp *genai.Response) genai.Decoder {
		d := chats.Get().(*chat)
		d.resp, d.rules, d.stream = resp, r, stream
		return d
	}
}

func (d *chat) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		if r.ID == "" { // gateways and agents end some streams with a chunk of another id
			r.ID = genai.Text(k, v)
		}
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respTier:
		r.ServiceTier = genai.InternIfChanged(r.ServiceTier, k, v)
	case respFingerprint:
		r.SystemFingerprint = genai.InternIfChanged(r.SystemFingerprint, k, v)
	case respChoiceIndex:
		genai.Count(&d.choice, k, v)
	case respFinishReason:
		d.reason = genai.InternIfChanged("", k, v)
	default:
		if !d.failure.value(f, k, v) {
			d.usage.value(f, k, v)
		}
	}
}

func (d *chat) Text(_ jsonscan.Field, piece []byte, _ bool) {
	d.resp.OutputBytes += int64(len(piece))
}

func (d *chat) Begin(f jsonscan.Field) {
	d.usage.begin(f)
	d.failure.begin(f)
	if f == respChoice {
		d.choice, d.reason = d.choices, ""
		d.choices++
	}
}

func (d *chat) End(f jsonscan.Field) {
	d.usage.end(f)
	if f == respChoice {
		d.resp.SetFinishReason(d.choice, d.reason)
	}
}

func (d *chat) Document() {
	if !d.stream || d.failure.seen {
		d.resp.Complete = true
	}
	if d.stream && d.choices > 0 {
		d.resp.Chunks++
	}
	d.choices = 0
}

func (d *chat) finish() {
	d.failure.settle(d.resp)
	d.usage.settle(d.resp, d.rules)
}

// Settle also gives the decoder away.
func (d *chat) Settle() {
	d.finish()
	*d = chat{}
	chats.Put(d)
}

// responses reads response objects.
type responses struct {
	jsonscan.Ignore
	resp  *genai.Response
	usage usageReader

	incomplete, item, action, place string
	toolCall                        bool
	failed                          bool // the object has an error
	class                           string

	image           *usageReader // of the model that makes images; nil where none did
	inImage         bool
	tool, toolModel string // at hand
	imageModel      string
	billedSearches  genai.Opt[int64]
}

func newResponses(r *genai.Response) genai.Decoder { return &responses{resp: r} }

func (d *responses) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respTier:
		r.ServiceTier = genai.InternIfChanged(r.ServiceTier, k, v)
	case respConversation:
		r.ConversationID = genai.Keep(r.ConversationID, k, v)
	case respStatus:
		r.Status = genai.InternIfChanged(r.Status, k, v)
	case respBackground:
		r.Background = k == jsonscan.True
	case respIncomplete:
		d.incomplete = genai.InternIfChanged(d.incomplete, k, v)
	case respError:
		d.failed = d.failed || isMessage(k, v)
		d.class = cmp.Or(d.class, genai.FailureCode(k, v))
	case respErrorCode:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case respErrorType:
		d.class = genai.FailureCode(k, v)
	case respItemType:
		d.item = genai.InternIfChanged("", k, v)
	case respItemAction:
		d.action = genai.InternIfChanged("", k, v)
	case respItemPlace:
		d.place = genai.InternIfChanged("", k, v)
	case respToolType:
		d.tool = genai.InternIfChanged("", k, v)
	case respToolModel:
		d.toolModel = genai.InternIfChanged("", k, v)
	case respCacheTTL:
		r.CacheTTL = genai.InternIfChanged(r.CacheTTL, k, v)
	case useBilledSearches:
		genai.OptCount(&d.billedSearches, k, v)
	default:
		if d.inImage {
			d.image.value(f, k, v)
		} else {
			d.usage.value(f, k, v)
		}
	}
}

func (d *responses) Begin(f jsonscan.Field) {
	switch f {
	case respError:
		d.failed = true
	case respItem:
		d.item, d.action, d.place = "", "", ""
	case respTool:
		d.tool, d.toolModel = "", ""
	case useImageTool:
		d.inImage, d.image = true, &usageReader{}
	case useObject:
		d.inImage = false
		d.usage.begin(f)
	}
}

func (d *responses) End(f jsonscan.Field) {
	switch f {
	case respItem:
		d.countItem()
	case respTool:
		if d.tool == "image_generation" {
			d.imageModel = d.toolModel
		}
	case useImageTool:
		d.inImage = false
		d.image.end(useObject)
	default:
		d.usage.end(f)
	}
}

// countItem counts the tools that are billed by the call. Opening a page that
// a search has found is not billed.
func (d *responses) countItem() {
	u := &d.resp.Usage
	switch d.item {
	case "web_search_call":
		if d.action == "" || d.action == "search" {
			u.Counts[usage.WebSearches]++
		}
	case "file_search_call":
		u.Counts[usage.FileSearches]++
	case "shell_call":
		// In a container of the vendor, which has a fee; not on the caller's own machine.
		if d.place != "local" {
			u.Add(usage.CodeExecutions, 1)
		}
	case "code_interpreter_call":
		u.Counts[usage.CodeExecutions]++
	case "image_generation_call":
		u.Counts[usage.Images]++
	case "function_call", "custom_tool_call":
		d.toolCall = true
	}
}

func (d *responses) Document() {
	d.resp.Complete = true
}

func (d *responses) Settle() {
	d.finish()
	d.usage.settle(d.resp, Rules{})
	d.settleTools()
}

// settleTools puts the vendor's own count of searches in place of that of the
// items that are shown, of which not all are billed, and sets the model that
// makes images aside.
func (d *responses) settleTools() {
	if d.billedSearches.Set {
		d.resp.Usage.Counts[usage.WebSearches] = d.billedSearches.Value
	}
	if d.image == nil {
		return
	}
	var image genai.Response
	d.image.settle(&image, Rules{})
	if image.Usage.Counts[usage.Input] != 0 || image.Usage.Counts[usage.Output] != 0 {
		d.resp.AuxiliaryCalls = append(d.resp.AuxiliaryCalls, genai.AuxiliaryCall{Model: d.imageModel, Usage: image.Usage})
	}
}

// finish derives the finish reason, which this API has under other names.
func (d *responses) finish() {
	r := d.resp
	if d.failed && r.ErrorCode == "" {
		r.ErrorCode = cmp.Or(d.class, otherError)
	}
	switch {
	case r.Status == "completed" && d.toolCall:
		r.SetFinishReason(0, "tool_call")
	case r.Status == "completed":
		r.SetFinishReason(0, "stop")
	case r.Status == "incomplete" && d.incomplete == "max_output_tokens":
		r.SetFinishReason(0, "length")
	case r.Status == "incomplete" && d.incomplete != "":
		r.SetFinishReason(0, d.incomplete)
	case r.Status == "failed":
		r.SetFinishReason(0, "error")
	}
	if !r.Background || len(r.FinishReasons) > 0 {
		r.Status = "" // for responses that are not done, or fetched
	}
}

// media reads images, transcriptions and speech.
type media struct {
	jsonscan.Ignore
	resp   *genai.Response
	usage  usageReader
	speech bool // what is put out is sound
}

func newMedia(r *genai.Response) genai.Decoder { return &media{resp: r} }

func newSpeech(r *genai.Response) genai.Decoder { return &media{resp: r, speech: true} }

func (d *media) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respModel:
		d.resp.Model = genai.InternIfChanged(d.resp.Model, k, v)
	case respErrorCode:
		d.resp.ErrorCode = genai.KeepCode(d.resp.ErrorCode, k, v)
	case respEventType:
		d.resp.Chunks++
		switch string(v) {
		case "image_generation.completed", "image_edit.completed":
			d.resp.Complete = true
			d.resp.Usage.Counts[usage.Images]++
		case "transcript.text.done", "speech.audio.done":
			d.resp.Complete = true
		}
	case useSeconds:
		countSeconds(d.resp, k, v)
	default:
		d.usage.value(f, k, v)
	}
}

// maxSeconds is longer than any sound, and an integer to the last digit.
const maxSeconds = 1 << 40

// countSeconds takes in how long a sound is that is billed by time.
func countSeconds(r *genai.Response, k jsonscan.Kind, v []byte) {
	if s, ok := jsonscan.Float(v); ok && k == jsonscan.Number && s > 0 && s < maxSeconds {
		r.Usage.Counts[usage.AudioSeconds] = int64(math.Ceil(s))
	}
}

func (d *media) Begin(f jsonscan.Field) {
	d.usage.begin(f)
	if f == respImage {
		d.resp.Usage.Counts[usage.Images]++
	}
}

func (d *media) End(f jsonscan.Field) { d.usage.end(f) }

func (d *media) Document() {
	if d.resp.Chunks == 0 {
		d.resp.Complete = true
	}
}

func (d *media) Settle() {
	d.usage.settle(d.resp, Rules{})
	if u := &d.resp.Usage; d.speech {
		u.Counts[usage.AudioOutput] = u.Counts[usage.Output]
	}
}
