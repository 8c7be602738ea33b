package format_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/format"
)

func wideDocument() *format.Document {
	return &format.Document{Tables: []format.Table{{
		Name: "lines",
		Columns: []format.Column{
			{Key: "run", Header: "Run"},
			{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
			{Key: "requests", Header: "Requests", Kind: format.Count, Spare: 1},
			{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 2},
			{Key: "errors", Header: "Errors", Kind: format.Count},
			{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
		},
		Rows: [][]any{
			{"invoke_workflow briefing of the board", money("1.25"), int64(12), int64(123456), int64(1), int64(0)},
			{"chat", money("0.5"), int64(3), int64(456), int64(0), int64(2)},
		},
		Total: []any{"Total", money("1.75"), int64(15), int64(123912), int64(1), int64(2)},
	}}}
}

func lines(t *testing.T, width int) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, wideDocument(), format.Options{Width: width}))
	return out.String()
}

func TestWriteTable_FitsTheWidthOfTheTerminal(t *testing.T) {
	whole := lines(t, 0)
	assert.Equal(t, whole, lines(t, 200))
	assert.NotContains(t, whole, "Left out")
	for _, width := range []int{80, 70, 60, 50, 40, 30} {
		table, notes, _ := strings.Cut(lines(t, width), "\n\n")
		for line := range strings.SplitSeq(table, "\n") {
			assert.LessOrEqual(t, utf8.RuneCountInString(line), width, line)
		}
		assert.Contains(t, table, "Run")
		assert.Contains(t, table, "1.7500", "the first figure and the total stay")
		for _, header := range []string{"Requests", "Input", "Errors", "Unpriced"} {
			assert.NotEqualf(t, strings.Contains(table, header), strings.Contains(notes, header), "%s is shown or named as left out, at %d", header, width)
		}
	}
	assert.Contains(t, lines(t, 80), "Left out to fit 80 columns: Input (--wide shows everything).")
	assert.Contains(t, lines(t, 60), "\nthe board\n", "a long text continues in the next line")
}

func TestWriteTable_WideHasNoWidth(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, wideDocument(), format.Options{Width: 40, Wide: true}))
	assert.Contains(t, out.String(), "123,456")
	assert.NotContains(t, out.String(), "Left out")
}
