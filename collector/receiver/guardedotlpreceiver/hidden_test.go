package guardedotlpreceiver_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReceiver_EmptiesWhatNestsTooDeepNextToWhatCannotBeRead has next to the deep value
// what a reader that is stricter than the decoder gives up at.
func TestReceiver_EmptiesWhatNestsTooDeepNextToWhatCannotBeRead(t *testing.T) {
	sink, _, address := receive(t)
	deep := request(400_000)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	var (
		number = []byte{0x08, 0x01}       // field 1
		begin  = []byte{0xa3, 0x06}       // a group of field 100
		end    = []byte{0xa4, 0x06}       // its end
		inner  = []byte{0xa8, 0x06, 0x01} // a number of field 101
	)
	for name, body := range map[string][]byte{
		"before garbage":           join(deep, []byte{0xff}),
		"before a field that ends": join(deep, []byte{0x0a, 0x7f}),
		"before a group":           join(deep, begin, end),
		"after a group":            join(begin, end, deep),
		"after nested groups":      join(begin, begin, end, end, deep),
		"after half a group":       join(begin, inner, deep),
		"in a group":               join(begin, deep, end),
		"before a number":          join(deep, number),
		// Bits beyond the 64th.
		"with a tag of ten bytes":  join([]byte{0x8a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7e}, deep[1:]),
		"with a size of ten bytes": longSize(deep),
	} {
		t.Run(name, func(t *testing.T) {
			sink.Reset()
			err := post(address, "application/x-protobuf", body)
			if len(sink.AllTraces()) == 0 {
				assert.ErrorContains(t, err, "400")
				return
			}
			require.NoError(t, err)
			td := sink.AllTraces()[0]
			if td.SpanCount() > 0 {
				assert.Less(t, depthOf(td), 200)
			}
		})
	}
}

// longSize writes the size of the first field in ten bytes.
func longSize(request []byte) []byte {
	i := 1
	for request[i] >= 0x80 {
		i++
	}
	out := append([]byte{request[0]}, request[1:i]...)
	out = append(out, request[i]|0x80)
	for len(out) < 10 {
		out = append(out, 0x80)
	}
	return append(append(out, 0x7e), request[i+1:]...)
}

// TestReceiver_RefusesWhatIsNoJSON has the decoder continue after an error at another place
// than a reader of JSON: what that takes for texts are lists in lists there.
func TestReceiver_RefusesWhatIsNoJSON(t *testing.T) {
	sink, _, address := receive(t)
	span := func(value string) []byte {
		return []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"deep","attributes":[{"key":"user.id","value":` + value + `}]}]}]}]}`)
	}
	deep := strings.Repeat(`{"arrayValue":{"values":[`, 150_000)
	for name, body := range map[string][]byte{
		"a control character in a text": span(`{"stringValue":"` + "\x01" + `,"value":` + deep),
		"an escape that is none":        span(`{"stringValue":"\q,"value":` + deep),
		"a text that does not end":      span(`{"stringValue":"` + deep),
		"lists that do not end":         span(deep),
		"more closed than opened":       []byte(strings.Repeat("]", 1000) + string(span(deep))),
		"a second document":             append(span(`{}`), span(deep)...),
	} {
		t.Run(name, func(t *testing.T) {
			sink.Reset()
			assert.ErrorContains(t, post(address, "application/json", body), "400")
			assert.Empty(t, sink.AllTraces())
		})
	}
	t.Run("more than its limit", func(t *testing.T) {
		body := span(`{"stringValue":"` + strings.Repeat("x", 5<<20) + `"}`)
		resp, err := http.Post("http://"+address+"/v1/traces", "application/json", bytes.NewReader(body))
		require.NoError(t, err)
		defer resp.Body.Close()
		assert.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
	})
	// Valid JSON of wrong types: the decoder continues after the error.
	for name, value := range map[string]string{
		"a list for a text":   `{"stringValue":[` + strings.Repeat(`{"arrayValue":[1],"values":[{"a":"arrayValue"}]},`, 70_000) + `1]}`,
		"names in a list":     `{"stringValue":["x"` + strings.Repeat(`,"arrayValue",{"values":["y"]}`, 100_000) + `]}`,
		"a number for a list": `{"arrayValue":{"values":5}` + strings.Repeat(`,"arrayValue":{"values":5}`, 100_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			sink.Reset()
			assert.ErrorContains(t, post(address, "application/json", span(value)), "400")
			assert.Empty(t, sink.AllTraces())
		})
	}
	sink.Reset()
	require.NoError(t, post(address, "application/json", span(fmt.Sprintf(`{"stringValue":%q}`, "fine"))))
	assert.Len(t, sink.AllTraces(), 1)
}
