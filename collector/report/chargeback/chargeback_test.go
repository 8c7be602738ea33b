package chargeback_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
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

func dec(s string) udecimal.Decimal { return udecimal.MustParse(s) }

// books is a ledger whose calls are written one by one.
type books struct {
	ledger.Store
	calls uint64
}

func newBooks(t *testing.T) *books {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(context.Background()))
	return &books{Store: store}
}

// call writes one call of the given cost; "" is unpriced.
func (b *books) call(t *testing.T, at time.Time, department, application, cost string) {
	t.Helper()
	b.calls++
	c := ledger.Call{
		Start: at, Duration: time.Second, Received: at, Department: department, Team: department + "-team", Application: application,
		Provider: semconv.ProviderOpenAI, RequestModel: "gpt-5", ResponseModel: "gpt-5", Operation: semconv.OperationChat,
		Role: semconv.RoleLLM, Billable: true, Usage: usage.Counts{usage.Input: 100, usage.Output: 10},
		Cost: ledger.Cost{Status: "unpriced", Reason: "unknown_model"},
	}
	binary.BigEndian.PutUint64(c.TraceID[:], b.calls)
	binary.BigEndian.PutUint64(c.SpanID[:], b.calls)
	if cost != "" {
		amount := dec(cost)
		c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}
	}
	require.NoError(t, b.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return zone
}

func rules(t *testing.T, text string) chargeback.Rules {
	t.Helper()
	r, err := chargeback.ReadRules(strings.NewReader(text))
	require.NoError(t, err)
	return r
}

func statement(t *testing.T, b *books, month report.Period, r chargeback.Rules, closed ...*chargeback.Statement) *chargeback.Statement {
	t.Helper()
	s, err := chargeback.New(t.Context(), b, month, r, closed...)
	require.NoError(t, err)
	return s
}

func charge(t *testing.T, s *chargeback.Statement, department string) chargeback.Charge {
	t.Helper()
	for _, c := range s.Charges {
		if c.Department == department {
			return c
		}
	}
	t.Fatalf("no charge for %q", department)
	return chargeback.Charge{}
}

func TestChargeback_AMonthHoldsItsCallsToTheLastMicrosecond(t *testing.T) {
	b, zone := newBooks(t), berlin(t)
	october := report.Month(2026, time.October, zone)
	b.call(t, october.From.Add(-time.Microsecond), "before", "app", "1")
	b.call(t, october.From, "first", "app", "2")
	b.call(t, october.Until.Add(-time.Microsecond), "last", "app", "4")
	b.call(t, october.Until, "after", "app", "8")

	s := statement(t, b, october, chargeback.Rules{})
	assert.Equal(t, "6", s.Total.String())
	assert.Len(t, s.Charges, 2)
	assert.Equal(t, 31*24*time.Hour+time.Hour, october.Until.Sub(october.From), "October 2026 has an hour more in Berlin")
}

const rulesOfTheHouse = `
allocate: proportional
shared: [platform]
markup: "5"
markups: {claims: "0"}
adjustments:
  - {month: 2026-10, department: claims, amount: "-1.25", reason: credit note 17}
  - {month: 2026-11, department: claims, amount: "99", reason: of another month}
`

func october(t *testing.T) (*books, report.Period) {
	t.Helper()
	b, zone := newBooks(t), berlin(t)
	month := report.Month(2026, time.October, zone)
	at := month.From.Add(12 * time.Hour)
	b.call(t, at, "claims", "intake-bot", "10.000000000000000001")
	b.call(t, at, "claims", "intake-bot", "10")
	b.call(t, at, "claims", "<script>", "0.5")
	b.call(t, at, "support", "copilot", "9.5")
	b.call(t, at, "platform", "gateway", "2")
	b.call(t, at, "", "digest", "1")
	b.call(t, at, "support", "copilot", "")
	return b, month
}

func TestChargeback_RulesOfTheOrganization(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, rules(t, rulesOfTheHouse))

	claims := charge(t, s, "claims")
	assert.Equal(t, "20.500000000000000001", claims.Totals.Cost.String())
	assert.Equal(t, "2.05", claims.Allocated.String(), "20.5 of 30 of the 3.00 that are for all")
	assert.True(t, claims.Markup.IsZero())
	assert.Equal(t, "-1.25", claims.Adjusted.String())
	assert.Equal(t, "21.300000000000000001", claims.Total.String())

	support := charge(t, s, "support")
	assert.Equal(t, "0.95", support.Allocated.String())
	assert.Equal(t, "0.5225", support.Markup.String(), "5 % of 9.50 and 0.95")
	assert.Equal(t, "10.9725", support.Total.String())

	for _, pool := range []string{"platform", ""} {
		c := charge(t, s, pool)
		assert.True(t, c.Shared)
		assert.True(t, c.Total.IsZero(), "the others bear it")
	}
	assert.Equal(t, "32.272500000000000001", s.Total.String())
	assert.Equal(t, "33.000000000000000001", s.Ledger.Cost.String())
}

func TestAllocations(t *testing.T) {
	b, month := october(t)
	for name, want := range map[string]map[string]string{
		`allocate: list`:                                        {"claims": "0", "support": "0", "platform": "0", "": "0"},
		`{allocate: even, shared: [platform]}`:                  {"claims": "1.5", "support": "1.5", "platform": "-2", "": "-1"},
		`{allocate: shares, shares: {claims: "1", legal: "2"}}`: {"claims": "0.333333333333333333", "legal": "0.666666666666666667", "support": "0", "": "-1"},
		`{allocate: shares, shares: {claims: "0"}}`:             {"claims": "0", "support": "0", "": "0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := statement(t, b, month, rules(t, name))
			for department, allocated := range want {
				assert.Equal(t, allocated, charge(t, s, department).Allocated.String(), department)
			}
		})
	}
}

func TestChargeback_StatementsAddUpWhateverTheAmounts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	b, zone := newBooks(t), berlin(t)
	month := report.Month(2026, time.February, zone)
	for range 300 {
		cost := fmt.Sprintf("%d.%018d", rnd.IntN(1000), rnd.Int64N(1e18))
		b.call(t, month.From.Add(time.Duration(rnd.Int64N(int64(27*24*time.Hour)))), fmt.Sprintf("d%d", rnd.IntN(7)), "app", cost)
	}
	for range 50 {
		r := chargeback.Rules{
			Allocate: []chargeback.Allocation{chargeback.List, chargeback.Proportional, chargeback.Even}[rnd.IntN(3)],
			Shared:   []string{fmt.Sprintf("d%d", rnd.IntN(7)), fmt.Sprintf("d%d", rnd.IntN(7))},
			Markup:   dec(fmt.Sprintf("%d.%06d", rnd.IntN(40)-20, rnd.IntN(1e6))),
		}
		s := statement(t, b, month, r)
		assert.NoError(t, s.Verify())
	}
}

func TestChargeback_AClosedMonthIsFrozenAndCorrectedInTheNext(t *testing.T) {
	b, oct := october(t)
	nov := report.Month(2026, time.November, berlin(t))
	book := chargeback.OpenBook(filepath.Join(t.TempDir(), "book"))

	s := statement(t, b, oct, rules(t, rulesOfTheHouse))
	var early *chargeback.MonthNotOverError
	require.ErrorAs(t, book.Close(s, oct.Until.Add(-time.Microsecond), true), &early)
	var unpriced *chargeback.UnpricedError
	require.ErrorAs(t, book.Close(s, oct.Until, false), &unpriced)
	assert.Equal(t, int64(1), unpriced.Calls)
	require.NoError(t, book.Close(s, oct.Until, true))
	var again *chargeback.ClosedError
	require.ErrorAs(t, book.Close(s, oct.Until, true), &again)
	other := statement(t, b, oct, chargeback.Rules{})
	require.ErrorAs(t, book.Close(other, oct.Until, true), &again)

	// The ledger learns more of October: a late call, and a department's first.
	b.call(t, oct.From, "claims", "intake-bot", "3")
	b.call(t, oct.From, "legal", "reader", "0.75")
	b.call(t, nov.From, "claims", "intake-bot", "7")

	frozen, err := book.Month("2026-10")
	require.NoError(t, err)
	assert.Equal(t, s.Total.String(), frozen.Total.String())

	before, err := book.Before("2026-11", chargeback.CorrectedMonths)
	require.NoError(t, err)
	require.Len(t, before, 1)
	november := statement(t, b, nov, rules(t, ""), before...)
	assert.Equal(t, "3", charge(t, november, "claims").Adjusted.String())
	assert.Equal(t, "10", charge(t, november, "claims").Total.String())
	assert.Equal(t, "0.75", charge(t, november, "legal").Total.String())
	require.NoError(t, book.Close(november, nov.Until, false))

	// What November carries is not charged again, what is new is.
	b.call(t, oct.From, "claims", "intake-bot", "0.5")
	december := report.Month(2026, time.December, berlin(t))
	before, err = book.Before("2026-12", chargeback.CorrectedMonths)
	require.NoError(t, err)
	assert.Equal(t, "0.5", statement(t, b, december, rules(t, ""), before...).Total.String())
}

func TestChargeback_AMonthBeginsWhereTheClosedOneEnds(t *testing.T) {
	b, oct := october(t)
	closed := statement(t, b, oct, chargeback.Rules{})
	_, err := chargeback.New(t.Context(), b, report.Month(2026, time.November, time.UTC), chargeback.Rules{}, closed)
	var seam *chargeback.SeamError
	require.ErrorAs(t, err, &seam)
	assert.EqualError(t, err, "month 2026-11 begins 2026-11-01 00:00 UTC in zone UTC, but 2026-10 was closed in zone Europe/Berlin and ends 2026-10-31 23:00 UTC: use zone Europe/Berlin")
	// What is between is open, regardless of its zone.
	statement(t, b, report.Month(2026, time.December, time.UTC), chargeback.Rules{}, closed)
}

func TestChargeback_AMonthWhoseCallsAreGoneIsNotCorrected(t *testing.T) {
	b, oct := october(t)
	book := chargeback.OpenBook(t.TempDir())
	s := statement(t, b, oct, chargeback.Rules{})
	require.NoError(t, book.Close(s, oct.Until, true))
	nov := report.Month(2026, time.November, berlin(t))
	assert.Empty(t, statement(t, newBooks(t), nov, chargeback.Rules{}, s).Adjustments)
}

func TestChargeback_ABookThatWasTamperedWithIsRefused(t *testing.T) {
	b, oct := october(t)
	folder := t.TempDir()
	book := chargeback.OpenBook(folder)
	require.NoError(t, book.Close(statement(t, b, oct, chargeback.Rules{}), oct.Until, true))
	path := filepath.Join(folder, "2026-10.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(`"9.5"`), []byte(`"8.5"`), 1), 0o600))
	_, err = book.Month("2026-10")
	assert.ErrorContains(t, err, "was changed after closing")
	_, err = book.Month("2026-09")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestFormats(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, rules(t, rulesOfTheHouse))
	for _, f := range format.Formats {
		var out bytes.Buffer
		require.NoError(t, format.Write(&out, f, s.Document(), format.Options{}))
		golden(t, "october."+string(f), out.String())
	}
	var page bytes.Buffer
	require.NoError(t, s.WriteHTML(&page))
	golden(t, "october.html", page.String())
	assert.NotContains(t, page.String(), "<script>", "names are text, never markup")
}

func TestChargeback_BadRulesAreNamedWithTheirFix(t *testing.T) {
	for text, want := range map[string]string{
		`allocate: fairly`:                      `allocate "fairly": expected list, proportional, even or shares`,
		`allocate: shares`:                      "the key shares is missing",
		`shares: {a: "1"}`:                      "set allocate: shares",
		`{allocate: shares, shares: {a: "-1"}}`: `shares.a "-1": a share cannot be negative`,
		`markup: "five"`:                        `markup "five": expected a decimal number in quotes`,
		`markup: "0.1234567"`:                   "at most 6 decimals",
		`markups: {a: "-101"}`:                  "a discount cannot be more than 100 percent",
		`mark_up: "5"`:                          `unknown key "mark_up"`,
		`rates: rates.csv`:                      `rates "rates.csv": no effect without a currency: add the key currency, such as currency: EUR`,
		`{allocate: shares, shares: {(unattributed): "1"}}`:                  "shares.(unattributed): the cost of calls without a department is divided among the others: remove this share",
		`adjustments: [{month: Oct, department: a, amount: "1", reason: x}]`: `month "Oct": expected year and month`,
		`adjustments: [{month: 2026-10, department: a, amount: "1"}]`:        "adjustments[0].reason: empty",
		`adjustments: [{month: 2026-10, department: a, reason: x}]`:          "adjustments[0].amount",
	} {
		_, err := chargeback.ReadRules(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}

// Statements name calls without a department so, and adjustments take the name.
func TestRules_AMarkupNamesCallsWithoutADepartmentAsStatementsDo(t *testing.T) {
	b, month := newBooks(t), report.Month(2026, time.October, time.UTC)
	b.call(t, month.From, "", "app", "10")
	b.call(t, month.From, "claims", "app", "10")
	s := statement(t, b, month, rules(t, `{markup: "1", markups: {(unattributed): "50"}}`))
	assert.Equal(t, "15", charge(t, s, "").Total.String())
	assert.Equal(t, "10.1", charge(t, s, "claims").Total.String())
}

func FuzzReadRules(f *testing.F) {
	f.Add(rulesOfTheHouse)
	f.Add(`{allocate: shares, shares: {claims: "60", support: "40"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := chargeback.ReadRules(strings.NewReader(text))
		if err == nil {
			require.NoError(t, r.Validate())
		}
	})
}

func TestChargeback_AnEmptyMonth(t *testing.T) {
	s := statement(t, newBooks(t), report.Month(2026, time.July, nil), chargeback.Rules{Allocate: chargeback.Even})
	assert.True(t, s.Total.IsZero())
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, s.Document(), format.Options{}))
	assert.Contains(t, out.String(), "nothing in this period")
}
