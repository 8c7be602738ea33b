package wire_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// fill gives every field of a row a value of its own, so that a field that is
// forgotten, or two that are exchanged, show.
func fill(v reflect.Value, n *int) {
	*n++
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Unix(1_800_000_000+int64(*n), int64(*n)*1000).UTC()
		return
	case *time.Duration:
		*x = time.Duration(*n) * time.Millisecond
		return
	case **udecimal.Decimal:
		d := udecimal.MustParse("-12345678901.000000000000000001").Add(udecimal.MustFromInt64(int64(*n), 0))
		*x = &d
		return
	case *map[string]string:
		*x = map[string]string{"project": "apollo", "tier": "gold", "": "empty key"}
		return
	case *ledger.Bill:
		*x = ledger.ReadBill("text " + string(rune('a'+*n%26)) + string(rune('a'+*n/26)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Array, reflect.Slice:
		if v.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n%26)) + string(rune('a'+*n/26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) * 1000)
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	}
}

// item has calls and spans of which every field is set, rows that repeat and
// rows with nothing but their key.
// bills are such as our prices make, and such as they never would.
var bills = []string{
	`[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},{"kind":"output","quantity":51,"rate_usd":"2","per":1000000,"cost_usd":"0.000102"}]`,
	`[{"kind":"input","quantity":7,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00000175"},{"kind":"output","quantity":9000000000000,"rate_usd":"2","per":1000000,"cost_usd":"18000000"}]`,
	`[{"kind":"web_search","quantity":1,"rate_usd":"10","per":1000,"multiplier":"0.5","cost_usd":"0.005"}]`,
	`[]`, `[`, `7`, `"quantity":`, `"quantity":"cost_usd":"`, `"quantity":"quantity":1`, `"cost_usd":"1"quantity":2"cost_usd":"3`,
	`"quantity":..1.2."cost_usd":"-1"quantity":0007`, `[{"unit":"input"}]`, "\x00ü", strings.Repeat(`"quantity":1"cost_usd":"2`, 40),
	strings.Repeat("9", 1024), strings.Repeat("x", 1025), strings.Repeat(`"quantity":12,`, 500),
}

func item() wire.Item {
	var full ledger.Call
	var span ledger.AgentSpan
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	fill(reflect.ValueOf(&span).Elem(), &n)
	var result ledger.Result
	fill(reflect.ValueOf(&result).Elem(), &n)
	full.Revision = 7
	clear(full.Usage[usage.NumBilled:]) // what nothing bills is not kept
	zero := udecimal.Zero
	bare := ledger.Call{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{2}, Start: time.Unix(1_700_000_000, 1).UTC(), Received: time.Unix(1_700_000_001, 0).UTC(),
		Cost: ledger.Cost{Amount: &zero}, Usage: usage.Counts{usage.Input: -1}}
	it := wire.Item{
		Calls:   []ledger.Call{full, bare, full, bare},
		Spans:   []ledger.AgentSpan{span, {Start: time.Unix(0, 0).UTC(), Received: time.Unix(0, 0).UTC()}, span},
		Letters: []string{`{"reason":"x"}`, ""},
		Results: []ledger.Result{result, {Time: time.Unix(0, 0).UTC(), Received: time.Unix(0, 0).UTC()}, result},
	}
	it.Calls[2].Cost.Bill = ledger.ReadBill(bills[0])
	for i := range 20 { // more values than are remembered
		c := full
		c.RequestModel = string(rune('A' + i))
		it.Calls = append(it.Calls, c, full)
	}
	return it
}

func TestWire_EveryFieldOfARowComesBack(t *testing.T) {
	want := item()
	data, err := wire.Append(nil, &want)
	require.NoError(t, err)
	require.True(t, wire.IsRows(data))
	got, err := wire.Decode(data)
	require.NoError(t, err)
	require.Equal(t, len(want.Calls), len(got.Calls))
	for i := range want.Calls {
		amountsEqual(t, want.Calls[i].Cost.Amount, got.Calls[i].Cost.Amount)
		amountsEqual(t, want.Calls[i].Cost.Vendor, got.Calls[i].Cost.Vendor)
		w, g := want.Calls[i], got.Calls[i]
		w.Cost.Amount, w.Cost.Vendor, g.Cost.Amount, g.Cost.Vendor = nil, nil, nil, nil
		require.Equal(t, w, g)
	}
	require.Equal(t, want.Spans, got.Spans)
	require.Equal(t, want.Letters, got.Letters)
	require.Equal(t, len(want.Results), len(got.Results))
	for i := range want.Results {
		w, g := want.Results[i], got.Results[i]
		amountsEqual(t, w.Value, g.Value)
		w.Value, g.Value = nil, nil
		require.Equal(t, w, g)
	}
}

func amountsEqual(t *testing.T, want, got *udecimal.Decimal) {
	t.Helper()
	if want == nil {
		require.Nil(t, got)
		return
	}
	require.Equal(t, want.String(), got.String())
}

func TestWire_NothingIsAnItem(t *testing.T) {
	data, err := wire.Append(nil, &wire.Item{})
	require.NoError(t, err)
	got, err := wire.Decode(data)
	require.NoError(t, err)
	require.Equal(t, wire.Item{}, got)
}

func TestWire_BillsComeBackToTheByte(t *testing.T) {
	var want wire.Item
	for range 3 { // new, then among those seen, of which there are too many
		for _, bill := range bills {
			want.Calls = append(want.Calls, ledger.Call{
				Start: time.Unix(0, 0).UTC(), Received: time.Unix(0, 0).UTC(), Cost: ledger.Cost{Bill: ledger.ReadBill(bill)},
			})
		}
		want.Calls = append(want.Calls, ledger.Call{Start: time.Unix(0, 0).UTC(), Received: time.Unix(0, 0).UTC()})
	}
	data, err := wire.Append(nil, &want)
	require.NoError(t, err)
	got, err := wire.Decode(data)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestWire_ABillLikeTheOneBeforeTakesFewBytes(t *testing.T) {
	size := func(n int) int {
		it := wire.Item{Calls: make([]ledger.Call, n)}
		for i := range it.Calls {
			it.Calls[i].Cost.Bill = ledger.ReadBill(bills[i%2])
		}
		data, err := wire.Append(nil, &it)
		require.NoError(t, err)
		return len(data)
	}
	without := func() int {
		it := wire.Item{Calls: make([]ledger.Call, 1)}
		data, err := wire.Append(nil, &it)
		require.NoError(t, err)
		return len(data)
	}()
	require.Less(t, (size(102)-size(2))/100, without+20, "of bills of 170 bytes")
}

var update = flag.Bool("update", false, "write the golden files of the current version")

// TestWire_ItemsOfEveryVersionAreRead holds the form to the bytes that are in
// queues: anyone who changes it makes a new version and adds its files.
func TestWire_ItemsOfEveryVersionAreRead(t *testing.T) {
	const current = "testdata/version9"
	if *update {
		it := item()
		it.Calls, it.Spans = it.Calls[:3], it.Spans[:1]
		it.Calls = append(it.Calls, it.Calls[2])
		it.Calls[3].Cost.Bill = ledger.ReadBill(bills[1])
		data, err := wire.Append(nil, &it)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(current+".hex", []byte(hex.EncodeToString(data)+"\n"), 0o600))
		require.NoError(t, os.WriteFile(current+".json", readable(t, &it), 0o600))
	}
	files, err := filepath.Glob("testdata/version*.hex")
	require.NoError(t, err)
	require.Contains(t, files, current+".hex")
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		data, err := hex.DecodeString(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		got, err := wire.Decode(data)
		require.NoError(t, err)
		want, err := os.ReadFile(strings.TrimSuffix(file, ".hex") + ".json")
		require.NoError(t, err)
		require.Equal(t, string(want), string(readable(t, &got)), file)
	}
}

func readable(t *testing.T, it *wire.Item) []byte {
	t.Helper()
	text, err := json.MarshalIndent(it, "", " ")
	require.NoError(t, err)
	return append(text, '\n')
}

func TestWire_AnAmountNoStoreCanHoldIsRefused(t *testing.T) {
	fine := udecimal.MustParse("0.0000000000000000001")
	_, err := wire.Append(nil, &wire.Item{Calls: []ledger.Call{{Cost: ledger.Cost{Amount: &fine}}}})
	require.ErrorContains(t, err, "more than 18 decimals")
}

func TestWire_ItemsOfOthersAreRefused(t *testing.T) {
	good := item()
	data, err := wire.Append(nil, &good)
	require.NoError(t, err)
	for name, spoil := range map[string]func([]byte) []byte{
		"an empty item":              func([]byte) []byte { return nil },
		"OTLP":                       func([]byte) []byte { return []byte{10, 0} },
		"nothing after the magic":    func(b []byte) []byte { return b[:2] },
		"one cut short":              func(b []byte) []byte { return b[:len(b)-1] },
		"one with bytes after it":    func(b []byte) []byte { return append(b, 0) },
		"one that counts rows wrong": func(b []byte) []byte { b[3] = 0xff; b[4] = 0x7f; return b },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire.Decode(spoil(append([]byte(nil), data...)))
			require.Error(t, err)
		})
	}
	data[2] = 99
	_, err = wire.Decode(data)
	var newer *wire.VersionError
	require.ErrorAs(t, err, &newer)
	require.EqualValues(t, 99, newer.Have)
}

func FuzzDecode(f *testing.F) {
	seed := item()
	data, err := wire.Append(nil, &seed)
	require.NoError(f, err)
	f.Add(data)
	for _, bill := range bills {
		data, err := wire.Append(nil, &wire.Item{Calls: []ledger.Call{{Cost: ledger.Cost{Bill: ledger.ReadBill(bill)}}}})
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte{0, 'L', 1, 0, 0, 0})
	f.Add([]byte{0, 'L', 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := wire.Decode(data)
		if err != nil {
			return
		}
		again, err := wire.Append(nil, &got)
		if err != nil {
			return // an amount beyond what a store holds
		}
		back, err := wire.Decode(again)
		require.NoError(t, err)
		require.Equal(t, len(got.Calls), len(back.Calls))
		for i := range got.Calls {
			require.Equal(t, got.Calls[i].Cost.Bill, back.Calls[i].Cost.Bill)
		}
		require.Equal(t, got.Spans, back.Spans)
		require.Equal(t, got.Letters, back.Letters)
	})
}
