package strictyaml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/strictyaml"
)

type file struct {
	Zone  string            `yaml:"zone"`
	Names []string          `yaml:"names"`
	Share map[string]string `yaml:"share"`
	Items []struct {
		Name   string `yaml:"name"`
		Amount string `yaml:"amount"`
	} `yaml:"items"`
}

func TestDecode_ReadsAFile(t *testing.T) {
	var f file
	require.NoError(t, strictyaml.Decode(strings.NewReader("zone: UTC\nitems: [{name: a, amount: \"5\"}]\n"), &f))
	assert.Equal(t, "UTC", f.Zone)
	assert.Equal(t, "5", f.Items[0].Amount)
	require.NoError(t, strictyaml.Decode(strings.NewReader(""), &f), "an empty file")
	require.NoError(t, strictyaml.Decode(strings.NewReader("---\nzone: UTC\n---\n"), &f), "marks around one document")
}

func TestDecode_ErrorsNameLineAndKnownKeysAndNoGoType(t *testing.T) {
	for text, want := range map[string]string{
		"zon: UTC":                          `line 1: unknown key "zon": expected one of items, names, share, zone`,
		"zone: UTC\nitems:\n - {nam: a}":    `line 3: unknown key "nam": expected one of amount, name`,
		"a: 1\nb: 2":                        `line 1: unknown key "a": expected one of items, names, share, zone; line 2: unknown key "b": expected one of items, names, share, zone`,
		"names: a":                          `line 1: expected a list, got "a"`,
		"share: [a]":                        "line 1: expected keys with values, got a list",
		"zone: [a]":                         "line 1: expected a text, got a list",
		"items: [a]":                        `line 1: expected keys with values, got "a"`,
		"names: [":                          "line 1: did not find expected node content",
		"zone: UTC\n---\nzone: UTC":         "line 3: a second document begins here, after ---: expected one: merge them",
		"zone: UTC\n---\nzon: [":            "line 3: did not find expected node content",
		"zone: UTC\n\tnames: [a]\nshare: 1": "line 2: found a tab character that violates indentation",
	} {
		var f file
		assert.EqualError(t, strictyaml.Decode(strings.NewReader(text), &f), want, text)
	}
}

// A flag may name a file of another kind, such as one with a password in each line.
func TestDecode_AnErrorIsShortWhateverTheFileHolds(t *testing.T) {
	var f file
	err := strictyaml.Decode(strings.NewReader(strings.Repeat("k", 1000)+": 1\nb: 1\nc: 1\nd: 1\nsecret: 1\n"), &f)
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 300)
	assert.Contains(t, err.Error(), `kkk..."`)
	assert.Contains(t, err.Error(), "; and 2 more")
	assert.NotContains(t, err.Error(), "secret")
}
