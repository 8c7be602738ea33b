package dialect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/tidwall/gjson"
)

func TestJSON_OfPython(t *testing.T) {
	for text, want := range map[string]string{
		`{'a': 1, 'b': None, 'c': True, 'd': {'e': False}}`: `{"a": 1, "b": null, "c": true, "d": {"e": false}}`,
		`{'a': "it's", 'b': 'say "None"'}`:                  `{"a": "it's", "b": "say \"None\""}`,
		`{'a': 'it\'s "so"', 'b': 'C:\\x\n'}`:               `{"a": "it's \"so\"", "b": "C:\\x\n"}`,
		`{'a': [1, 2.5e-06], 'True': 'None'}`:               `{"a": [1, 2.5e-06], "True": "None"}`,
		`{}`:                                                `{}`,
	} {
		got := jsonOfPython(text)
		assert.Equal(t, want, got)
		assert.True(t, gjson.Valid(got), got)
	}
	for _, text := range []string{
		`{'a': Details(cached_tokens=3)}`,
		`{'a': 'no end`,
		`{'a': 'no end\`,
		`{'`,
	} {
		assert.False(t, gjson.Valid(jsonOfPython(text)), text)
	}
}
