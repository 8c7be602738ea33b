package anthropic

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// streamed reads the two usage objects of a streamed message.
func streamed(start, delta string) genai.Usage {
	var r genai.Response
	d := newStream(&r)
	var s jsonscan.Scanner
	s.Init(streamShape, d, false)
	for _, event := range []string{
		`{"type":"message_start","message":{"id":"m","model":"big-70b","usage":` + start + `}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":` + delta + `}`,
		`{"type":"message_stop"}`,
	} {
		s.Reset()
		s.Write([]byte(event))
	}
	d.Settle()
	return r.Usage
}

func TestStream_UsageOfTheLastCoherentStatement(t *testing.T) {
	for _, tt := range []struct {
		name, start, delta                  string
		input, read, write, write1h, output int64
	}{
		{"an estimate, then the count with its cache", `{"input_tokens":5000,"output_tokens":0}`, `{"input_tokens":200,"cache_read_input_tokens":4800,"output_tokens":10}`, 5000, 4800, 0, 0, 10},
		{"an estimate too high, then the count", `{"input_tokens":5000,"output_tokens":0}`, `{"input_tokens":4210,"output_tokens":10}`, 4210, 0, 0, 0, 10},
		{"an estimate of cache writes, then the count", `{"input_tokens":10,"cache_creation_input_tokens":900,"output_tokens":0}`, `{"input_tokens":20,"cache_creation_input_tokens":500,"output_tokens":10}`, 520, 0, 500, 0, 10},
		{"the count at the start, zeros at the end", `{"input_tokens":200,"cache_read_input_tokens":4800,"output_tokens":1}`, `{"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":10}`, 5000, 4800, 0, 0, 10},
		{"the input again without its cache", `{"input_tokens":200,"cache_read_input_tokens":4800,"output_tokens":1}`, `{"input_tokens":200,"cache_read_input_tokens":0,"output_tokens":10}`, 5000, 4800, 0, 0, 10},
		{"the same writes without their split", `{"input_tokens":3,"cache_creation_input_tokens":900,"cache_creation":{"ephemeral_1h_input_tokens":900},"output_tokens":1}`, `{"input_tokens":9,"cache_creation_input_tokens":900,"output_tokens":10}`, 909, 0, 900, 900, 10},
		{"running totals of a server tool", `{"input_tokens":2679,"output_tokens":3}`, `{"input_tokens":10682,"output_tokens":510}`, 10682, 0, 0, 0, 510},
		{"nothing at the start", `{"input_tokens":0,"output_tokens":0}`, `{"input_tokens":1,"cache_read_input_tokens":11,"output_tokens":10}`, 12, 11, 0, 0, 10},
		{"output alone at the end", `{"input_tokens":25,"output_tokens":1}`, `{"output_tokens":15}`, 25, 0, 0, 0, 15},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := streamed(tt.start, tt.delta)
			assert.Equal(t, tt.input, u.Counts[usage.Input], "input")
			assert.Equal(t, tt.read, u.Counts[usage.CacheRead], "cache read")
			assert.Equal(t, tt.write, u.Counts[usage.CacheWrite], "cache write")
			assert.Equal(t, tt.write1h, u.Counts[usage.CacheWrite1h], "cache write, 1 hour")
			assert.Equal(t, tt.output, u.Counts[usage.Output], "output")
		})
	}
}

// A model that declined in the middle of its answer is billed at its own rates,
// next to the one that took over.
func TestMessage_ModelThatDeclined(t *testing.T) {
	for output, want := range map[string][]genai.AuxiliaryCall{
		"0":   nil,
		"150": {{Model: "claude-fable-5"}},
	} {
		var r genai.Response
		d := newMessage(&r)
		var s jsonscan.Scanner
		s.Init(messageShape, d, false)
		s.Write([]byte(`{"model":"claude-opus-4-8","usage":{"input_tokens":900,"output_tokens":200,"iterations":[
			{"type":"message","model":"claude-fable-5","input_tokens":800,"output_tokens":` + output + `},
			{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":900,"output_tokens":200}]}}`))
		d.Settle()
		assert.EqualValues(t, 900, r.Usage.Counts[usage.Input])
		assert.EqualValues(t, 200, r.Usage.Counts[usage.Output])
		if assert.Len(t, r.AuxiliaryCalls, len(want), output) && len(want) > 0 {
			assert.Equal(t, want[0].Model, r.AuxiliaryCalls[0].Model)
			assert.EqualValues(t, 800, r.AuxiliaryCalls[0].Usage.Counts[usage.Input])
			assert.EqualValues(t, 150, r.AuxiliaryCalls[0].Usage.Counts[usage.Output])
		}
	}
}
