package reportapi_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

// extremes are copies of a call in each of which one field has an extreme: the
// largest and the smallest of its type, and for a text one that is long, empty or
// no UTF-8. Some no store takes.
func extremes(good ledger.Call) (calls []ledger.Call, fields []string) {
	add := func(field string, set func(*ledger.Call)) {
		c := good
		binary.BigEndian.PutUint64(c.SpanID[:], 1<<40+uint64(len(calls)))
		c.TraceID = ledger.TraceID{0xee, 15: 1}
		c.User, c.Team = "extreme", "extreme"
		set(&c)
		calls, fields = append(calls, c), append(fields, field)
	}
	var walk func(path string, at reflect.Type, index []int)
	walk = func(path string, at reflect.Type, index []int) {
		set := func(values ...any) {
			for i, value := range values {
				add(fmt.Sprintf("%s %d", path, i), func(c *ledger.Call) {
					f := reflect.ValueOf(c).Elem()
					for _, i := range index {
						if f.Kind() == reflect.Array {
							f = f.Index(i)
						} else {
							f = f.Field(i)
						}
					}
					f.Set(reflect.ValueOf(value).Convert(f.Type()))
				})
			}
		}
		switch {
		case at == reflect.TypeFor[time.Time]():
			set(time.Time{}, time.Unix(0, math.MaxInt64), time.Unix(0, math.MinInt64), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
		case at == reflect.TypeFor[*udecimal.Decimal]():
			for _, text := range []string{"99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999", "0.000000000000000001", "1000000000"} {
				amount := udecimal.MustParse(text)
				set(&amount)
			}
		case at == reflect.TypeFor[ledger.Bill]():
			for _, text := range []string{
				strings.Repeat("x", 1<<12), "", "\xff\xfe", "a\x00b", "[]", "null", "'; DROP TABLE llm_calls --",
				`[{"kind":"input","quantity":9223372036854775807,"rate_usd":"1","per":1,"cost_usd":"9223372036854775807"}]`,
				`[{"kind":"input","quantity":-1,"rate_usd":"99999999999999999999","per":1,"cost_usd":"-99999999999999999999"}]`,
			} {
				set(ledger.ReadBill(text))
			}
		case at.Kind() == reflect.String:
			set(strings.Repeat("x", 1<<12), "", "\xff\xfe", "a\x00b", "'; DROP TABLE llm_calls --")
		case at.Kind() == reflect.Int, at.Kind() == reflect.Int64:
			set(int64(math.MaxInt64), int64(math.MinInt64), int64(1<<40), int64(-1))
		case at.Kind() == reflect.Bool:
			set(true, false)
		case at == reflect.TypeFor[[]string]():
			many := make([]string, 10_000)
			set([]string{}, many)
		case at == reflect.TypeFor[map[string]string]():
			many := make(map[string]string)
			for i := range 1000 {
				many[fmt.Sprint(i)] = strings.Repeat("y", 100)
			}
			set(map[string]string{"": ""}, many)
		case at.Kind() == reflect.Array && at.Elem().Kind() != reflect.Uint8:
			for i := range at.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), at.Elem(), append(append([]int{}, index...), i))
			}
		case at.Kind() == reflect.Struct:
			for i := range at.NumField() {
				walk(path+"."+at.Field(i).Name, at.Field(i).Type, append(append([]int{}, index...), i))
			}
		}
	}
	walk("Call", reflect.TypeFor[ledger.Call](), nil)
	return calls, fields
}

// TestExtremes_EveryReportAnswers writes the extremes of every field among good
// calls, each in a row of its own, and asks every question: none may fail, and what
// the good calls used and cost stays the same.
func TestExtremes_EveryReportAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("writes hundreds of rows into two stores")
	}
	now := time.Now().UTC()
	good, logs := weeks(t, now)
	for name, store := range map[string]ledger.Store{"DuckDB": emptyStore(t), "ClickHouse": clickhouseStore(t)} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, store.Write(t.Context(), good))
			require.NoError(t, store.WriteLogs(t.Context(), logs))
			url := start(t, reportapi.Handler(store, reportapi.WithVersion("v1", "store")))
			others := "/v1/reports/cost?by=department,model&since=30d&where=user!=extreme&where=team!=extreme"
			_, _, before := get(t, url+others)

			calls, fields := extremes(good.Calls[0])
			require.Greater(t, len(calls), 200)
			var stored ledger.Batch
			for i := range calls {
				if calls[i].Check() == nil {
					stored.Calls = append(stored.Calls, calls[i])
					continue
				}
				var refused *ledger.RowError
				require.ErrorAs(t, store.Write(t.Context(), ledger.Batch{Calls: calls[i : i+1]}), &refused, "%s: a row that no store takes", fields[i])
			}
			require.Greater(t, len(stored.Calls), len(calls)/2)
			require.NoError(t, store.Write(t.Context(), stored))
			require.NoError(t, store.Refresh(context.WithoutCancel(t.Context())))

			paths := append([]string{}, asked...)
			for _, path := range reportapi.Paths(nil) {
				if path != reportapi.Root+"events" && !strings.Contains(path, "{") {
					paths = append(paths, path+examples[path])
				}
			}
			for _, path := range append(paths, "/v1/traces/ee000000000000000000000000000001", "/v1/reports/cost?by=user&since=400d") {
				status, _, body := get(t, url+path)
				assert.Less(t, status, http.StatusInternalServerError, "%s: %s", path, body)
			}
			_, _, after := get(t, url+others)
			assert.Equal(t, indented(t, before), indented(t, after))
		})
	}
}
