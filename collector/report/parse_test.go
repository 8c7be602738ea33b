package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func TestParseCondition_ReadsCommasOfValues(t *testing.T) {
	for text, want := range map[string][]string{
		`user=a,b`:            {"a", "b"},
		`user=Claims\, EU`:    {"Claims, EU"},
		`user=a\,b,c`:         {"a,b", "c"},
		`user=CORP\alice`:     {`CORP\alice`},
		`user=CORP\\alice`:    {`CORP\alice`},
		`user=a\\,b`:          {`a\`, "b"},
		`user=a\`:             {`a\`},
		`user!=`:              {""},
		`user=(unattributed)`: {""},
	} {
		c, err := report.ParseCondition(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, c.Values, text)
	}
}

func TestFormatCondition_IsReadBack(t *testing.T) {
	for _, values := range [][]string{{"a"}, {"a,b"}, {`\`}, {`\,`}, {`,\`, "x"}, {"", "a=b"}, {`a\\,,b`}} {
		for _, not := range []bool{false, true} {
			c := ledger.Condition{Dimension: ledger.ByUser, Values: values, Not: not}
			read, err := report.ParseCondition(report.FormatCondition(c))
			require.NoError(t, err)
			assert.Equal(t, c, read)
		}
	}
}
