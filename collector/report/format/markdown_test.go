package format_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/format"
)

func TestMarkdown_NamesAreNotMarkup(t *testing.T) {
	for name, want := range map[string]string{
		"[pay here](https://evil.example)": `\[pay here\](https\://evil.example)`,
		"![](//evil.example/pixel)":        `!\[\](//evil.example/pixel)`,
		"https://evil.example":             `https\://evil.example`,
		"www.evil.example":                 `www\.evil.example`,
		`the end\| of a cell`:              `the end\\\| of a cell`,
		"<img src=x>&lt;":                  "&lt;img src=x>&amp;lt;",
		"`code` and **bold** ~~not~~":      "\\`code\\` and \\*\\*bold\\*\\* \\~\\~not\\~\\~",
		"a\nline\x1b[31m":                  `a line \[31m`,
	} {
		var out bytes.Buffer
		doc := &format.Document{Tables: []format.Table{{Name: "users", Columns: []format.Column{{Key: "user", Header: "user", Kind: format.Text}}, Rows: [][]any{{name}}}}}
		require.NoError(t, format.Write(&out, format.MarkdownFormat, doc, format.Options{}))
		require.Contains(t, out.String(), "| "+want+" |", name)
	}
}
