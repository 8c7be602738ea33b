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
	"github.com/spanledger/spanledger/collector/report/digest"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// extremes are copies of a row in each of which one field has an extreme: the
// largest and the smallest of its type, and for a text one that is long, empty or
// no UTF-8. Some no store takes. mark makes a copy a row of its own.
func extremes[T any](good T, mark func(row *T, n uint64)) (rows []T, fields []string) {
	add := func(field string, set func(*T)) {
		row := good
		mark(&row, uint64(len(rows)))
		set(&row)
		rows, fields = append(rows, row), append(fields, field)
	}
	var walk func(path string, at reflect.Type, index []int)
	walk = func(path string, at reflect.Type, index []int) {
		set := func(values ...any) {
			for i, value := range values {
				add(fmt.Sprintf("%s %d", path, i), func(row *T) {
					f := reflect.ValueOf(row).Elem()
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
		case at == reflect.TypeFor[[]ledger.SpanID]():
			set([]ledger.SpanID{}, make([]ledger.SpanID, 10_000))
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
	whole := reflect.TypeFor[T]()
	walk(whole.Name(), whole, nil)
	return rows, fields
}

// writeExtremes writes the extremes of a kind of row: those that no store takes are
// refused, the others stored together and returned.
func writeExtremes[T any, R ledger.Row[T]](t *testing.T, good T, mark func(row *T, n uint64), write func([]T) error) (stored []T) {
	t.Helper()
	rows, fields := extremes(good, mark)
	require.Greater(t, len(rows), reflect.TypeFor[T]().NumField(), "values of each field")
	for i := range rows {
		if R(&rows[i]).Check() == nil {
			stored = append(stored, rows[i])
			continue
		}
		var refused *ledger.RowError
		require.ErrorAs(t, write(rows[i:i+1]), &refused, "%s: a row that no store takes", fields[i])
	}
	require.Greater(t, len(stored), len(rows)/3)
	require.NoError(t, write(stored), "%T", good)
	return stored
}

// extremeTrace is the trace of all extreme rows.
var extremeTrace = ledger.TraceID{0xee, 15: 1}

func extremeSpan(n uint64) (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], 1<<40+n)
	return id
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
			url := start(t, reportapi.Handler(store, reportapi.WithVersion("v1", "store"), withBudget(t, store)))
			others := "/v1/reports/cost?by=department,model&since=30d&where=user!=extreme&where=team!=extreme"
			_, _, before := get(t, url+others)

			calls := writeExtremes(t, good.Calls[0], func(c *ledger.Call, n uint64) {
				c.TraceID, c.SpanID = extremeTrace, extremeSpan(n)
				c.User, c.Team, c.ConversationID = "extreme", "extreme", "extreme"
			}, func(calls []ledger.Call) error { return store.Write(t.Context(), ledger.Batch{Calls: calls}) })
			writeExtremes(t, good.Spans[0], func(s *ledger.AgentSpan, n uint64) {
				s.TraceID, s.SpanID, s.User, s.ConversationID = extremeTrace, extremeSpan(1<<20+n), "extreme", "extreme"
			}, func(spans []ledger.AgentSpan) error { return store.Write(t.Context(), ledger.Batch{Spans: spans}) })
			writeExtremes(t, logs[0], func(l *ledger.Log, n uint64) {
				l.TraceID, l.SpanID, l.ID, l.User = extremeTrace, extremeSpan(n), ledger.LogID(extremeSpan(n)), "extreme"
			}, func(logs []ledger.Log) error { return store.WriteLogs(t.Context(), logs) })
			for _, kind := range []ledger.ResultKind{ledger.ResultEvaluation, ledger.ResultOutcome} {
				writeExtremes(t, ledger.Result{Kind: kind, Name: "resolved", Time: now.Add(-time.Hour), Received: now}, func(r *ledger.Result, n uint64) {
					r.ID, r.TraceID, r.SpanID, r.User = ledger.ResultID{byte(n), byte(n >> 8), kind[0]}, extremeTrace, extremeSpan(n), "extreme"
				}, func(results []ledger.Result) error { return store.WriteResults(t.Context(), results) })
			}
			require.NoError(t, store.Refresh(context.WithoutCancel(t.Context())))

			for _, path := range append(asked, "/v1/reports/cost?by=user&since=400d", "/v1/reports/quality?evaluation=resolved&by=user") {
				status, _, body := get(t, url+path)
				assert.Less(t, status, http.StatusInternalServerError, "%s: %s", path, body)
			}
			filled := strings.NewReplacer("{trace_id}", extremeTrace.String(), "{span_id}", calls[0].SpanID.String(), "{conversation}", "extreme")
			for _, path := range reportapi.Paths(nil) {
				if path == reportapi.Root+"events" {
					continue // a stream
				}
				status, _, body := get(t, url+filled.Replace(path)+examples[path])
				assert.Equal(t, http.StatusOK, status, "%s: %s", path, body)
			}
			if name == "DuckDB" { // the price and the bill of a call are explained in Go, of either store
				for i := range calls {
					status, _, body := get(t, url+"/v1/spans/"+calls[i].SpanID.String())
					assert.Equal(t, http.StatusOK, status, body)
				}
			}
			for _, name := range digest.Cycles {
				cycle, err := digest.ParseCycle(name)
				require.NoError(t, err)
				_, err = digest.Make(t.Context(), store, digest.Question{Cycle: cycle, Now: now.Add(31 * 24 * time.Hour), By: ledger.ByUser, Prices: pricing.Default()})
				assert.NoError(t, err, name)
			}
			_, _, after := get(t, url+others)
			assert.Equal(t, indented(t, before), indented(t, after))
		})
	}
}
