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

func TestParseCondition_RefusesValuesThatNoCallHas(t *testing.T) {
	for text, want := range map[string]string{
		"status=ok,failed":  `status is ok or error, not "failed"`,
		"cost_status!=paid": `cost_status is priced, free, unpriced or invalid, not "paid"`,
		"day=today":         "expected a value such as 2026-10-31",
		"hour=14":           "expected a value such as 2026-10-31T14",
		"month=October":     "expected a value such as 2026-10",
		"hour_of_week=0-24": "expected a value such as 1-00",
	} {
		_, err := report.ParseCondition(text)
		assert.ErrorContains(t, err, want)
	}
	for _, text := range []string{"status=error", "cost_status=", "day=2026-10-31", "hour=2026-10-31T14", "month=2026-10", "hour_of_week=7-23", "purpose=own"} {
		_, err := report.ParseCondition(text)
		assert.NoError(t, err)
	}
}
