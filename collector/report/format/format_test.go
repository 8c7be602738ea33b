package format_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/format"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it, then read it")
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func money(s string) udecimal.Decimal { return udecimal.MustParse(s) }

func bill(t *testing.T) *format.Document {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return &format.Document{
		Name:  "cost",
		Title: "Cost by department",
		Period: format.Period{
			From:  time.Date(2026, 10, 1, 0, 0, 0, 0, berlin),
			Until: time.Date(2026, 11, 1, 0, 0, 0, 0, berlin),
			Zone:  berlin,
		},
		Tables: []format.Table{{
			Name: "lines",
			Columns: []format.Column{
				{Key: "department", Header: "Department"},
				{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
				{Key: "share", Header: "Share", Kind: format.Share},
				{Key: "requests", Header: "Requests", Kind: format.Count},
				{Key: "p95_seconds", Header: "p95", Kind: format.Duration},
				{Key: "p99_seconds", Header: "p99", Kind: format.Duration, Wide: true},
				{Key: "last", Header: "Last call", Kind: format.Instant},
				{Key: "trend", Header: "Trend", Kind: format.Bar},
			},
			Rows: [][]any{
				{"claims", money("1234567.123456789012345678"), 0.5, int64(1234567), 1240 * time.Millisecond, 2 * time.Second, time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC), "▁▂▇"},
				{"résumé | desk", money("0.00004"), 0.25, int64(12), 830 * time.Millisecond, nil, nil, "▁▁▁"},
				{"=cmd()\n", money("0"), 0.0, int64(0), nil, nil, nil, ""},
			},
			Total: []any{"Total", money("1234567.123496789012345678"), 1.0, int64(1234579), nil, nil, nil, ""},
		}},
		Notes: []string{"3 requests of 1234579 are unpriced."},
	}
}

func TestWrite(t *testing.T) {
	for _, f := range format.Formats {
		t.Run(string(f), func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, format.Write(&out, f, bill(t), format.Options{}))
			golden(t, "bill."+string(f), out.String())
		})
	}
	t.Run("table with every column and emphasis", func(t *testing.T) {
		var out bytes.Buffer
		require.NoError(t, format.Write(&out, format.TableFormat, bill(t), format.Options{Color: true, Wide: true}))
		golden(t, "bill-wide-color.table", out.String())
	})
}

func TestFormat_JSONAndCSVKeepEveryDigit(t *testing.T) {
	doc := bill(t)
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.JSONFormat, doc, format.Options{}))
	var decoded struct {
		Tables []struct {
			Rows []struct {
				Cost string `json:"cost_usd"`
			} `json:"rows"`
			Total struct {
				Cost string `json:"cost_usd"`
			} `json:"total"`
		} `json:"tables"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &decoded))
	sum := udecimal.Zero
	for _, row := range decoded.Tables[0].Rows {
		sum = sum.Add(money(row.Cost))
	}
	assert.Equal(t, decoded.Tables[0].Total.Cost, sum.String())

	out.Reset()
	require.NoError(t, format.Write(&out, format.CSVFormat, doc, format.Options{}))
	records, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, "1234567.123456789012345678", records[1][1])
}

func TestCSV_HasOneTable(t *testing.T) {
	table := func(name, value string) format.Table {
		return format.Table{Name: name, Columns: []format.Column{{Key: "n"}}, Rows: [][]any{{value}}}
	}
	doc := &format.Document{Tables: []format.Table{table("one", "1"), table("two", "2")}}
	for name, want := range map[string]string{"": "n\n1\n", "one": "n\n1\n", "two": "n\n2\n"} {
		var out bytes.Buffer
		require.NoError(t, format.Write(&out, format.CSVFormat, doc, format.Options{Table: name}))
		assert.Equal(t, want, out.String())
	}
	assert.Equal(t, []string{"two"}, doc.OtherTables(""))
	assert.Equal(t, []string{"one"}, doc.OtherTables("two"))
	var unknown *format.NoTableError
	err := format.Write(&bytes.Buffer{}, format.CSVFormat, doc, format.Options{Table: "three"})
	require.ErrorAs(t, err, &unknown)
	assert.EqualError(t, err, `table "three": use one of one, two`)
}

func TestFormat_ATableWithoutRowsSaysSo(t *testing.T) {
	doc := bill(t)
	doc.Tables[0].Rows, doc.Tables[0].Total, doc.Notes = nil, nil, nil
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, doc, format.Options{}))
	assert.Contains(t, out.String(), "nothing in this period")
	assert.NotContains(t, out.String(), "rounded")
}

func TestFormat_EveryLineOfATableIsAsWideAsItsFigures(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, bill(t), format.Options{}))
	for line := range strings.Lines(out.String()) {
		assert.NotContains(t, line, "\t")
		assert.Equal(t, strings.TrimRight(line, " \n")+"\n", line, "no trailing blanks")
	}
}

func TestFormat_CostForPeople(t *testing.T) {
	for amount, want := range map[string]string{
		"0":              "$0.0000",
		"0.00005":        "<$0.0001",
		"0.000099999999": "<$0.0001",
		"0.0001":         "$0.0001",
		"1.00005":        "$1.0001",
		"1.00004999":     "$1.0000",
		"999.99995":      "$1,000.0000",
		"1234567.891234": "$1,234,567.8912",
		"-1234.5":        "-$1,234.5000",
		"-0.00001":       ">-$0.0001",
	} {
		assert.Equal(t, want, format.Cost(money(amount)), amount)
	}
}

func TestFormat_ALongTextGoesOnInTheNextLine(t *testing.T) {
	doc := &format.Document{Tables: []format.Table{{
		Columns: []format.Column{{Header: "Advice", Wrap: 12}, {Header: "Requests", Kind: format.Count}, {Header: "By"}},
		Rows: [][]any{
			{"have it cached at the front", int64(12), "résumé"},
			{"incomprehensibilities, too", int64(1200), ""},
			{"", int64(1), ""},
		},
	}}}
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, doc, format.Options{}))
	assert.Equal(t, strings.Join([]string{
		"Advice                  Requests  By",
		"have it                       12  résumé",
		"cached at",
		"the front",
		"incomprehensibilities,     1,200",
		"too",
		"                               1",
		"",
	}, "\n"), out.String())
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                        "0s",
		1500 * time.Nanosecond:                   "2µs",
		840 * time.Millisecond:                   "840ms",
		999_600 * time.Microsecond:               "1.00s",
		1240 * time.Millisecond:                  "1.24s",
		59_996 * time.Millisecond:                "1m00s",
		125 * time.Second:                        "2m05s",
		59*time.Minute + 59_600*time.Millisecond: "1h00m",
		26*time.Hour + 3*time.Minute:             "26h03m",
		-time.Second:                             "-1.00s",
	} {
		assert.Equal(t, want, format.Elapsed(d), d.String())
	}
}

func TestWindow_IsInWholeUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24 hours", 7 * 24 * time.Hour: "7 days", 26 * time.Hour: "26 hours", time.Hour: "1 hour",
		90 * time.Minute: "90 minutes", time.Minute: "1 minute", 10 * time.Second: "10 seconds", 1500 * time.Millisecond: "1.50s", 0: "0s",
	} {
		assert.Equal(t, want, format.Window(d), d.String())
	}
}

func TestFormat_ParseNamesTheFormats(t *testing.T) {
	f, err := format.Parse("csv")
	require.NoError(t, err)
	assert.Equal(t, format.CSVFormat, f)
	_, err = format.Parse("xml")
	assert.EqualError(t, err, `unknown format "xml": use one of table, json, csv, markdown`)
}

func TestFormat_ATitleDrivesNoTerminal(t *testing.T) {
	doc := &format.Document{Name: "unit", Title: "Cost per \x1b[31mred\n\u202e", Tables: []format.Table{{Name: "lines", Title: "of \x1b[2J"}}}
	for _, kind := range []format.Format{format.TableFormat, format.MarkdownFormat} {
		var out strings.Builder
		require.NoError(t, format.Write(&out, kind, doc, format.Options{}))
		assert.NotContains(t, out.String(), "\x1b", kind)
		assert.Contains(t, out.String(), "red··", kind)
	}
}
