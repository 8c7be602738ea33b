package outcomes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/outcomes"
)

const trace = "28688227f7bb6f2ef1689385a5272722"

func TestReadCSV_ReadsWhatSpreadsheetsWrite(t *testing.T) {
	for name, text := range map[string]string{
		"a byte order mark":                  "\ufeffname,trace_id,value\r\nresolved," + trace + ",12.5\r\n",
		"a byte order mark before a quote":   "\ufeff\"name\",\"trace_id\",\"value\"\r\n\"resolved\",\"" + trace + "\",\"12.5\"\r\n",
		"an exponent":                        "name,trace_id,value\nresolved," + trace + ",1.25E+01\n",
		"spaces, and lines that are empty":   "name , trace_id, value\n\nresolved , " + trace + ", 12.5\n\n",
		"more decimals than a ledger can do": "name,trace_id,value\nresolved," + trace + ",12.5000000000000000001\n",
	} {
		t.Run(name, func(t *testing.T) {
			statements, err := outcomes.ReadCSV(strings.NewReader(text))
			require.NoError(t, err)
			require.Len(t, statements, 1)
			r, err := statements[0].Result(time.Now())
			require.NoError(t, err)
			assert.Equal(t, "resolved", r.Name)
			assert.Equal(t, trace, r.TraceID.String())
			assert.Equal(t, "12.5", r.Value.String())
		})
	}
}

func TestReadCSV_NamesLineColumnAndFix(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"a column twice":        {"name,trace_id,name\na," + trace + ",b\n", `column "name" appears twice: remove one`},
		"semicolons":            {"name;trace_id\na;b\n", "separated by commas"},
		"no name":               {"name,conversation_id\na,c\n,c\n", "line 3: name: is empty"},
		"a trace that is short": {"name,trace_id\na," + trace + "\nb,zz\n", `line 3: trace id "zz"`},
		"a trace of zeros":      {"name,trace_id\na,00000000000000000000000000000000\n", "line 2: trace_id"},
		"a value without end":   {"name,conversation_id,value\na,c,inf\n", `line 2: value "inf": expected a number`},
		"no number":             {"name,conversation_id,value\na,c,NaN\n", `line 2: value "NaN": expected a number`},
		"a value too large":     {"name,conversation_id,value\na,c,1e308\n", `line 2: value "1e308": expected a number between`},
		"not UTF-8":             {"name,conversation_id\n\xff,c\n", `line 2: name "\xff": expected UTF-8`},
		"an id too long":        {"name,conversation_id,id\na,c," + strings.Repeat("x", 5000) + "\n", "line 2: id has 5000 bytes: expected at most 1024"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := outcomes.ReadCSV(strings.NewReader(test.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
		})
	}
}
