package chargeback_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Billed amounts are whole cents, less than a cent from the exact ones, and add up to
// the exact total as it is rounded, whatever the amounts.
func TestBilled_AddsUpToTheRoundedTotal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	cent, half := dec("0.01"), dec("0.005")
	for range 20 {
		b, zone := newBooks(t), berlin(t)
		month := report.Month(2026, time.February, zone)
		for range 1 + rnd.IntN(12) {
			b.call(t, month.From.Add(time.Hour), fmt.Sprintf("d%d", rnd.IntN(9)), "app", fmt.Sprintf("%d.%018d", rnd.IntN(3), rnd.Int64N(1e18)))
		}
		r := rules(t, fmt.Sprintf(`{allocate: even, shared: [d%d], markup: "%d.%03d", adjustments: [{month: 2026-02, department: d1, amount: "-%d.%06d", reason: r}]}`,
			rnd.IntN(9), rnd.IntN(30), rnd.IntN(1000), rnd.IntN(20), rnd.IntN(1e6)))
		s := statement(t, b, month, r)
		sum := udecimal.Zero
		for _, c := range s.Charges {
			assert.True(t, c.Billed.Equal(c.Billed.RoundBank(2)), "%s is no whole cents", c.Billed)
			assert.True(t, c.Billed.Sub(c.Total).Abs().LessThan(cent), "%s is billed %s", c.Total, c.Billed)
			sum = sum.Add(c.Billed)
		}
		assert.Equal(t, s.Billed.String(), sum.String())
		assert.False(t, s.Billed.Sub(s.Total).Abs().GreaterThan(half), "%s of %s", s.Billed, s.Total)
	}
}

func TestBilled_GivesTheCentsToTheLargestRemainders(t *testing.T) {
	b, month := newBooks(t), report.Month(2026, time.February, time.UTC)
	for department, cost := range map[string]string{"a": "0.333333", "b": "0.333334", "c": "0.333333"} {
		b.call(t, month.From, department, "app", cost)
	}
	s := statement(t, b, month, chargeback.Rules{})
	assert.Equal(t, "1", s.Billed.String())
	for department, billed := range map[string]string{"a": "0.33", "b": "0.34", "c": "0.33"} {
		assert.Equal(t, billed, charge(t, s, department).Billed.String(), department)
	}
}

// The form of the European Central Bank: units of each currency for one euro.
const ratesOfOctober = `Date, USD, JPY, GBP,
2026-11-02, 1.25, 170.00, 0.9,
2026-10-30, 1.20, 168.00, N/A,
2026-10-01, 1.10, 160.00, 0.85,
`

func ratesOf(t *testing.T, text string) *chargeback.Rates {
	t.Helper()
	rates, err := chargeback.ReadRates(strings.NewReader(text))
	require.NoError(t, err)
	return rates
}

func TestExchange_BillsAMonthAtItsLastRateAndKeepsIt(t *testing.T) {
	b, zone := newBooks(t), berlin(t)
	oct, nov := report.Month(2026, time.October, zone), report.Month(2026, time.November, zone)
	b.call(t, oct.From, "claims", "app", "12")
	b.call(t, oct.From, "support", "app", "6")
	inEuro := rules(t, `currency: EUR`).WithRates(ratesOf(t, ratesOfOctober))
	s := statement(t, b, oct, inEuro)
	assert.Equal(t, &chargeback.Exchange{Currency: "EUR", Rate: dec("0.8333333333"), Date: "2026-10-30"}, s.Exchange)
	assert.Equal(t, "10", charge(t, s, "claims").Billed.String())
	assert.Equal(t, "15", s.Billed.String())
	assert.Equal(t, "18", s.Total.String(), "the exact amounts stay in US dollars")
	var file, page bytes.Buffer
	require.NoError(t, format.Write(&file, format.CSVFormat, s.Document(), format.Options{}))
	records, err := csv.NewReader(&file).ReadAll()
	require.NoError(t, err)
	for i, record := range records {
		assert.Equal(t, [][]string{{"billed_currency"}, {"EUR"}, {"EUR"}}[i], record[len(record)-1:], "a CSV says what its amounts are in")
	}
	require.NoError(t, s.WriteHTML(&page))
	assert.Contains(t, page.String(), "Billed (EUR)")
	assert.NotContains(t, page.String(), "Currency", "a page has it once")

	book := chargeback.OpenBook(t.TempDir())
	require.NoError(t, book.Close(s, oct.Until, false))
	closed, err := book.Month("2026-10")
	require.NoError(t, err)
	assert.Equal(t, s.Exchange, closed.Exchange)

	// November is billed at 0.8; what corrects October at October's rate.
	b.call(t, nov.From, "claims", "app", "100")
	b.call(t, oct.From, "claims", "app", "1.2")
	november := statement(t, b, nov, inEuro, closed)
	assert.Equal(t, "0.8", november.Exchange.Rate.String())
	assert.Equal(t, "81", november.Billed.String(), "100 at 0.8, and 1.20 at 0.8333333333")
	var missing *chargeback.RateMissingError
	require.ErrorAs(t, book.Close(november, nov.Until, false), &missing)
	assert.ErrorContains(t, missing, "the last rate of EUR is of 2026-11-02")

	const old = "The rate of EUR is of 2026-11-02: add later days to the file of rates."
	assert.Contains(t, november.OldRate(nov.Until), old)
	assert.Contains(t, november.OldRate(nov.From.AddDate(0, 0, 10)), old, "also while the month lasts")
	assert.Empty(t, november.OldRate(nov.From.AddDate(0, 0, 7)))
	assert.Empty(t, closed.OldRate(nov.Until), "a closed month keeps its rate")
	pounds := statement(t, b, oct, rules(t, `currency: GBP`).WithRates(ratesOf(t, ratesOfOctober)))
	assert.Contains(t, strings.Join(pounds.Document().Notes, "\n"), "The rate of GBP is of 2026-10-01: add later days")

	yen := statement(t, b, oct, rules(t, `currency: JPY`).WithRates(ratesOf(t, ratesOfOctober)))
	assert.Equal(t, "2688", yen.Billed.String(), "19.20 at 140, without cents")
	assert.Equal(t, "2026-10-01", pounds.Exchange.Date, "the last day that has a rate")
	_, err = chargeback.New(t.Context(), b, oct, rules(t, `currency: EUR`))
	assert.ErrorContains(t, err, "no exchange rates: add the key rates with a file")
	_, err = chargeback.New(t.Context(), b, oct, rules(t, `currency: CHF`).WithRates(ratesOf(t, ratesOfOctober)))
	assert.ErrorContains(t, err, "no rate of CHF and USD in the days before 2026-11-01")
}

// The smallest units of ISO 4217, one currency of each kind and a hundredth.
func TestExchange_RoundsToTheSmallestUnitOfTheCurrency(t *testing.T) {
	b, oct := newBooks(t), report.Month(2026, time.October, time.UTC)
	b.call(t, oct.From, "claims", "app", "19.2345678")
	rates := ratesOf(t, "Date, USD, CLP, KWD, CLF, CHF,\n2026-10-30, 1, 950.55, 0.3071, 0.0241, 0.8,\n")
	for currency, billed := range map[string]string{"CLP": "18283", "KWD": "5.907", "CLF": "0.4636", "CHF": "15.39"} {
		s := statement(t, b, oct, rules(t, "currency: "+currency).WithRates(rates))
		assert.Equal(t, billed, s.Billed.String(), currency)
		require.NoError(t, s.Verify())
	}
}

// No one pays hundredths of a yen, and thousandths of a dinar are not cents: people read
// amounts in the units that they can pay, also those that happen to be whole.
func TestDocument_WritesAmountsInTheSmallestUnitOfTheCurrency(t *testing.T) {
	b, oct := newBooks(t), report.Month(2026, time.October, time.UTC)
	b.call(t, oct.From, "claims", "app", "2000.5")
	rates := ratesOf(t, "Date, USD, JPY, KWD, CHF,\n2026-10-30, 1, 2, 0.2, 2,\n")
	for currency, want := range map[string]struct{ billed, rounded string }{
		"JPY": {"4,001", "rounded to whole JPY so that they add up to the rounded total: each is rounded down, then 1 JPY is"},
		"KWD": {"400.100", "rounded to multiples of 0.001 KWD so that they add up to the rounded total: each is rounded down, then 0.001 KWD is"},
		"CHF": {"4,001.00", "rounded to cents so that they add up to the rounded total: each is rounded down, then a cent is"},
	} {
		s := statement(t, b, oct, rules(t, "currency: "+currency).WithRates(rates))
		var table, page bytes.Buffer
		require.NoError(t, format.Write(&table, format.TableFormat, s.Document(), format.Options{}))
		assert.Regexp(t, "claims +"+want.billed+" ", table.String())
		assert.Contains(t, table.String(), want.rounded)
		require.NoError(t, s.WriteHTML(&page))
		assert.Contains(t, page.String(), ">"+want.billed+"</td>")

		book := chargeback.OpenBook(t.TempDir())
		require.NoError(t, book.Close(s, oct.Until, false))
		note, err := book.Reopen("2026-10", "wrong", oct.Until)
		require.NoError(t, err)
		table.Reset()
		require.NoError(t, format.Write(&table, format.TableFormat, note.Document(), format.Options{}))
		assert.Regexp(t, "claims +-"+want.billed+"\n", table.String())
		again := statement(t, b, oct, rules(t, "currency: "+currency).WithRates(rates))
		again.Trail = []chargeback.CreditNote{*note}
		assert.Contains(t, strings.Join(again.Document().Notes, "\n"), "of -"+strings.ReplaceAll(want.billed, ",", "")+" "+currency)
	}
}

// What a release closed that knew fewer currencies without cents is no change of a book.
// Yen had none in any release.
func TestVerify_TakesHundredthsOnlyWhereAReleaseBilledThem(t *testing.T) {
	b, oct := newBooks(t), report.Month(2026, time.October, time.UTC)
	b.call(t, oct.From, "claims", "app", "19.2345678")
	bill := func(currency, amount string) error {
		s := statement(t, b, oct, rules(t, "currency: "+currency).WithRates(ratesOf(t, "Date, USD, CLP, JPY,\n2026-10-30, 1, 950.55, 950.55,\n")))
		require.Len(t, s.Charges, 1)
		s.Billed, s.Charges[0].Billed = dec(amount), dec(amount)
		return s.Verify()
	}
	assert.NoError(t, bill("CLP", "18283.42"))
	assert.ErrorContains(t, bill("CLP", "18283.43"), `"claims" is billed 18283.43, but rounding gives 18283`)
	assert.ErrorContains(t, bill("JPY", "18283.42"), `"claims" is billed 18283.42, but rounding gives 18283`)
}

func TestReadRates_TakesBothFilesAndNamesWhatIsNone(t *testing.T) {
	daily := ratesOf(t, "Date, USD, JPY, \n30 October 2026, 1.1500, 175.06, \n")
	exchange, err := daily.Until("EUR", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, "0.8695652174", exchange.Rate.String())
	for text, want := range map[string]string{
		"":                             "expected the CSV of the European Central Bank",
		"a,b\n1,2\n":                   "expected the CSV of the European Central Bank",
		"Date,USD\n":                   "the file has no rates",
		"Date,USD\nyesterday,1.1\n":    `line 2: "yesterday" is not a date`,
		"Date,USD\n2026-10-30,-1\n":    `line 2, USD: "-1" is not a rate`,
		"Date,USD\n2026-10-30,cheap\n": `line 2, USD: "cheap" is not a rate`,
		// Amounts have 18 decimals: one more would be taken for ten times the rate.
		"Date,USD\n2026-10-30,1.1234567890123456789\n": `is not a rate: expected a decimal number above 0 with at most 18 decimals`,
	} {
		_, err := chargeback.ReadRates(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err = ratesOf(t, "Date,USD,XYZ\n2026-10-30,2,0.00000000001\n").Until("XYZ", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	assert.EqualError(t, err, "exchange rates: 2026-10-30: 0.00000000001 XYZ for 2 USD is less than can be billed: correct these rates", "all would be billed 0")
}

func TestReadRulesFile_FindsTheRatesNextToIt(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "rates.csv"), []byte(ratesOfOctober), 0o600))
	path := filepath.Join(folder, "rules.yaml")
	require.NoError(t, os.WriteFile(path, []byte("currency: EUR\nrates: rates.csv\n"), 0o600))
	r, err := chargeback.ReadRulesFile(path)
	require.NoError(t, err)
	b, month := october(t)
	assert.Equal(t, "EUR", statement(t, b, month, r).BillingCurrency())
	require.NoError(t, os.WriteFile(path, []byte("currency: EUR\nrates: none.csv\n"), 0o600))
	_, err = chargeback.ReadRulesFile(path)
	assert.ErrorContains(t, err, "chargeback rules: rates: open")
}

func TestReopen_CancelsTheLastMonthByACreditNoteAndKeepsTheTrail(t *testing.T) {
	b, oct := october(t)
	nov := report.Month(2026, time.November, berlin(t))
	folder := t.TempDir()
	book := chargeback.OpenBook(folder)
	s := statement(t, b, oct, rules(t, rulesOfTheHouse))
	require.NoError(t, book.Close(s, oct.Until, true))

	later := statement(t, b, nov, chargeback.Rules{}, s)
	require.NoError(t, book.Close(later, nov.Until, false))
	var builds *chargeback.LaterMonthError
	_, err := book.Reopen("2026-10", "wrong markup", nov.Until)
	require.ErrorAs(t, err, &builds)
	_, err = book.Reopen("2026-11", "", nov.Until)
	require.ErrorContains(t, err, "without a reason")
	_, err = book.Reopen("2026-11", "an empty month", nov.Until)
	require.NoError(t, err)

	note, err := book.Reopen("2026-10", "wrong markup", nov.Until)
	require.NoError(t, err)
	assert.Equal(t, 1, note.Number)
	assert.Equal(t, s.Billed.Neg().String(), note.Total.String())
	sum := udecimal.Zero
	for _, line := range note.Lines {
		assert.Equal(t, charge(t, s, line.Department).Billed.Neg().String(), line.Amount.String())
		sum = sum.Add(line.Amount)
	}
	assert.Equal(t, note.Total.String(), sum.String())
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, note.Document(), format.Options{}))
	assert.Contains(t, out.String(), "-32.27")
	_, err = book.Month("2026-10")
	require.ErrorIs(t, err, os.ErrNotExist, "open again")

	again := statement(t, b, oct, chargeback.Rules{})
	require.NoError(t, book.Close(again, nov.Until, true))
	closed, err := book.Month("2026-10")
	require.NoError(t, err)
	require.Len(t, closed.Trail, 1)
	assert.Equal(t, "wrong markup", closed.Trail[0].Reason)
	assert.Contains(t, strings.Join(closed.Document().Notes, "\n"), "by credit note 1 of -32.27 USD: wrong markup")

	second, err := book.Reopen("2026-10", "once more", nov.Until.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 2, second.Number)
	for _, kept := range []string{"2026-10.cancelled-1.json", "2026-10.cancelled-2.json", "2026-10.credit-1.json", "2026-10.credit-2.json"} {
		assert.FileExists(t, filepath.Join(folder, kept))
	}
}

// A call of the platform that comes in after the month is closed is owed by those
// who paid for the platform, and not by the platform.
func TestCorrections_OfSharedCostArePassedOnToThoseWhoPaidIt(t *testing.T) {
	b, oct := october(t)
	nov := report.Month(2026, time.November, berlin(t))
	closed := statement(t, b, oct, rules(t, rulesOfTheHouse)) // claims bears 2.05 of 3, support 0.95
	b.call(t, oct.From, "platform", "gateway", "6")
	s := statement(t, b, nov, chargeback.Rules{}, closed)
	assert.Equal(t, "4.1", charge(t, s, "claims").Adjusted.String())
	assert.Equal(t, "1.9", charge(t, s, "support").Adjusted.String())
	assert.Equal(t, "6", s.Total.String())
	for _, a := range s.Adjustments {
		assert.NotEqual(t, "platform", a.Department)
	}

	// What November carries is not charged again in December.
	december := report.Month(2026, time.December, berlin(t))
	assert.True(t, statement(t, b, december, chargeback.Rules{}, closed, s).Total.IsZero())
	b.call(t, oct.From, "platform", "gateway", "0.3")
	assert.Equal(t, "0.3", statement(t, b, december, chargeback.Rules{}, closed, s).Total.String())

	// A month that listed the cost of the platform has no one to pass it on to.
	listed := statement(t, b, oct, rules(t, `shared: [platform]`))
	b.call(t, oct.From, "platform", "gateway", "1")
	assert.Equal(t, "1", charge(t, statement(t, b, nov, chargeback.Rules{}, listed), "platform").Adjusted.String())
}

// The second list of mistakes: rules that are accepted and mean no one.
func TestUnknown_NamesRulesForNoOne(t *testing.T) {
	b, month := october(t)
	departments, err := chargeback.Departments(t.Context(), b, month)
	require.NoError(t, err)
	assert.Equal(t, []string{"", "claims", "platform", "support"}, departments)
	for text, want := range map[string]string{
		`{allocate: even, shared: [plat-form]}`:                                          `shared[0]: "plat-form" has no calls`,
		`{allocate: shares, shares: {clams: "1"}}`:                                       `shares.clams: "clams" has no calls`,
		`markups: {sup-port: "5"}`:                                                       `markups.sup-port: "sup-port" has no calls`,
		`adjustments: [{month: 2026-10, department: legal, amount: "1", reason: "why"}]`: `adjustments[0].department: "legal" has no calls`,
	} {
		r := rules(t, text)
		assert.Equal(t, []string{want}, r.Unknown(departments), text)
		assert.Contains(t, strings.Join(statement(t, b, month, r).Document().Notes, "\n"), "Check the rules: "+want+" in the month.")
	}
	right := rules(t, rulesOfTheHouse)
	assert.Empty(t, right.Unknown(departments))
	_, err = chargeback.ReadRules(strings.NewReader(`adjustments: [{month: 2026-10, amount: "1", reason: "why"}]`))
	assert.ErrorContains(t, err, "adjustments[0].department: empty: name the department, or (unattributed)")
	r := rules(t, `adjustments: [{month: 2026-10, department: (unattributed), amount: "1", reason: "why"}]`)
	assert.Equal(t, "1", charge(t, statement(t, b, month, r), "").Adjusted.String())
}

func TestFOCUSPreview_HasARowForEachKindOfTokens(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, chargeback.Rules{})
	rows := conforming(t, s, chargeback.FOCUSPreview)
	costs, tokens := map[string]udecimal.Decimal{}, map[string]string{}
	for _, row := range rows {
		if row["ChargeCategory"] == "Usage" && row["BillingAccountId"] == "platform" {
			costs[row["SkuPriceDetails"]] = dec(row["BilledCost"])
			tokens[row["SkuPriceDetails"]] = row["ConsumedQuantity"] + " " + row["ConsumedUnit"]
		}
	}
	in := `{"ModelDeveloper":"OpenAI","ModelFamily":"GPT","ModelId":"gpt-5","TokenCacheAction":"None","TokenDirection":"Input"}`
	out := `{"ModelDeveloper":"OpenAI","ModelFamily":"GPT","ModelId":"gpt-5","TokenCacheAction":"None","TokenDirection":"Output"}`
	assert.Equal(t, map[string]string{in: "100 Tokens", out: "10 Tokens"}, tokens)
	// 2 dollars at list: 100 tokens at 1.25 and 10 at 10 a million are 125 to 100.
	assert.Equal(t, "1.111111111111111111", costs[in].String())
	assert.Equal(t, "0.888888888888888889", costs[out].String())
}

func TestWritePDF_IsTheSameFileEachTime(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, rules(t, rulesOfTheHouse))
	var first, second bytes.Buffer
	require.NoError(t, s.WritePDF(&first))
	for range 20 { // an order that a map decides shows in one of them
		second.Reset()
		require.NoError(t, s.WritePDF(&second))
		require.True(t, bytes.Equal(first.Bytes(), second.Bytes()))
	}
	assert.True(t, bytes.HasPrefix(first.Bytes(), []byte("%PDF-1.")))
	assert.True(t, bytes.HasSuffix(bytes.TrimSpace(first.Bytes()), []byte("%%EOF")))

	long := newBooks(t)
	for i := range 120 {
		long.call(t, month.From, fmt.Sprintf("department-%03d", i), "app", "1.23")
	}
	var pages bytes.Buffer
	require.NoError(t, statement(t, long, month, chargeback.Rules{}).WritePDF(&pages))
	assert.Greater(t, bytes.Count(pages.Bytes(), []byte("/Type /Page\n")), 3, "a header on each of several pages")
}
