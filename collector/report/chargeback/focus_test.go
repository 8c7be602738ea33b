package chargeback_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
)

// focusRule holds what the specification says of a column: its type, whether it
// may be null, and the values it may have.
type focusRule struct {
	kind     string
	nullable bool
	allowed  []string
	versions []string // nil = 1.2, 1.3 and 1.4
	exchange bool     // asked for where pricing and billing are in different currencies
}

// The mandatory columns of the dataset Cost and Usage, and of the conditional
// ones those that the condition asks for: usage is measured. From the
// specification's table of columns, the pages of each, and its list of
// requirements for machines.
var focusRules = map[string]focusRule{
	"BilledCost":                   {kind: "decimal"},
	"BillingAccountId":             {kind: "string"},
	"BillingAccountName":           {kind: "string"},                                         // null where accounts have no names; ours have
	"BillingCurrency":              {kind: "string", allowed: []string{"USD", "EUR", "JPY"}}, // a code of ISO 4217
	"BillingPeriodEnd":             {kind: "time"},
	"BillingPeriodStart":           {kind: "time"},
	"ChargeCategory":               {kind: "string", allowed: []string{"Usage", "Purchase", "Tax", "Credit", "Adjustment"}},
	"ChargeClass":                  {kind: "string", nullable: true, allowed: []string{"Correction"}},
	"ChargeDescription":            {kind: "string"}, // should not be null
	"ChargePeriodEnd":              {kind: "time"},
	"ChargePeriodStart":            {kind: "time"},
	"ConsumedQuantity":             {kind: "decimal", nullable: true},
	"ConsumedUnit":                 {kind: "unit", nullable: true},
	"ContractedCost":               {kind: "decimal"},
	"EffectiveCost":                {kind: "decimal"},
	"HostProviderName":             {kind: "string", versions: []string{"1.3", "1.4", chargeback.FOCUSPreview}},
	"InvoiceIssuerName":            {kind: "string"},
	"ListCost":                     {kind: "decimal"},
	"PricingCurrency":              {kind: "string", allowed: []string{"USD"}, exchange: true}, // the ledger has this one
	"PricingCurrencyEffectiveCost": {kind: "decimal", exchange: true},
	"PricingQuantity":              {kind: "decimal", nullable: true},
	"PricingUnit":                  {kind: "unit", nullable: true},
	"ProviderName":                 {kind: "string", versions: []string{"1.2", "1.3"}},
	"PublisherName":                {kind: "string", versions: []string{"1.2", "1.3"}},
	"ServiceCategory":              {kind: "string", allowed: []string{"AI and Machine Learning"}}, // one of nineteen; LLM APIs are this one
	"ServiceName":                  {kind: "string"},
	"SkuPriceDetails":              {kind: "string", nullable: true, versions: []string{chargeback.FOCUSPreview}},
	"ServiceProviderName":          {kind: "string", versions: []string{"1.3", "1.4", chargeback.FOCUSPreview}},
}

var (
	// One number, with a sign only where it is negative, and no separators.
	focusDecimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	// Plural, in the words of the specification for what is counted.
	focusUnits  = regexp.MustCompile(`^(Counts|Units|Requests|Tokens|Connections|Certificates|Domains|Cores)$`)
	focusCustom = regexp.MustCompile(`^x_[A-Z][A-Za-z0-9]{0,47}$`)
	// What means nothing: null is an empty field here.
	focusNothing = regexp.MustCompile(`(?i)^(\s*|null|nil|none|n/?a|not applicable|unknown|-)$`)
)

func TestFOCUS_ConformsToEachVersion(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, rules(t, rulesOfTheHouse))
	for _, version := range chargeback.FOCUSVersions {
		t.Run(version, func(t *testing.T) {
			rows := conforming(t, s, version)
			assert.Equal(t, "2026-09-30T22:00:00Z", rows[0]["BillingPeriodStart"], "times are in UTC")
			golden(t, "october.focus-"+version+".csv", focusOf(t, s, version))
		})
	}
}

func TestFOCUS_ACorrectionOfAClosedMonthConformsToFOCUS(t *testing.T) {
	b, month := october(t)
	closed := statement(t, b, month, chargeback.Rules{})
	b.call(t, month.Until.Add(-time.Hour), "claims", "intake-bot", "3")
	b.call(t, month.Until.Add(time.Hour), "claims", "intake-bot", "1")
	november := report.Period{From: month.Until, Until: month.Until.AddDate(0, 1, 0), Zone: month.Zone}
	s := statement(t, b, november, chargeback.Rules{}, closed)
	for _, version := range chargeback.FOCUSVersions {
		corrected := 0
		for _, row := range conforming(t, s, version) {
			if row["ChargeClass"] == "Correction" {
				corrected++
				assert.Equal(t, "3", row["BilledCost"])
				assert.Equal(t, "2026-09-30T22:00:00Z", row["ChargePeriodStart"], "of the month that is corrected")
				assert.Equal(t, "2026-10-31T23:00:00Z", row["BillingPeriodStart"], "in the month that bills it")
			}
		}
		assert.Equal(t, 1, corrected, version)
	}
}

// November is billed at 0.8, what corrects October at October's rate.
func TestFOCUS_IsInTheCurrencyThatIsBilled(t *testing.T) {
	b, oct := october(t)
	nov := report.Month(2026, time.November, berlin(t))
	rates := ratesOf(t, ratesOfOctober)
	for currency, decimals := range map[string]uint8{"EUR": 2, "JPY": 0} {
		t.Run(currency, func(t *testing.T) {
			r := rules(t, rulesOfTheHouse+"currency: "+currency).WithRates(rates)
			closed := statement(t, b, oct, r)
			b.call(t, oct.From, "platform", "gateway", "1.234567890123456789")
			b.call(t, nov.From, "claims", "intake-bot", "100.333333333333333333")
			for name, s := range map[string]*chargeback.Statement{"october": closed, "november": statement(t, b, nov, r, closed)} {
				require.Equal(t, s.Billed.String(), s.Billed.RoundBank(decimals).String())
				for _, version := range chargeback.FOCUSVersions {
					priced := udecimal.Zero
					for _, row := range conforming(t, s, version) {
						usd := dec(row["PricingCurrencyEffectiveCost"])
						priced = priced.Add(usd)
						if row["ChargeCategory"] == "Usage" && version != chargeback.FOCUSPreview {
							difference := usd.Mul(s.Exchange.Rate).Sub(dec(row["BilledCost"]))
							assert.True(t, difference.Abs().LessThan(dec("0.000000000000001")), "%s %s: %s USD, %s", name, version, usd, row["BilledCost"])
						}
					}
					assert.Equal(t, s.Total.String(), priced.String(), "the exact amounts stay in US dollars")
				}
			}
		})
	}
}

func TestFOCUS_CountsCallsWithoutAPrice(t *testing.T) {
	b, month := october(t)
	b.call(t, month.From, "support", "copilot", "")
	b.call(t, month.From, "legal", "reader", "")
	unpriced := map[string]string{}
	for _, row := range conforming(t, statement(t, b, month, chargeback.Rules{}), "1.3") {
		if row["ChargeCategory"] == "Usage" && row["x_UnpricedCalls"] != "0" {
			unpriced[row["BillingAccountId"]+" "+row["BilledCost"]] = row["x_UnpricedCalls"]
		} else if row["ChargeCategory"] != "Usage" {
			assert.Empty(t, row["x_UnpricedCalls"], "what is no call has no number of them")
		}
	}
	assert.Equal(t, map[string]string{"support 9.5": "2", "legal 0": "1"}, unpriced)
}

// A spreadsheet runs a text that begins as a formula does. Departments and applications
// are named by senders; amounts may begin with a minus sign.
func TestFOCUS_WritesNoFormulaOfASender(t *testing.T) {
	b, month := october(t)
	b.call(t, month.From.Add(time.Hour), `=HYPERLINK("https://evil.example")`, "@SUM(A1)", "2")
	closed := statement(t, b, month, chargeback.Rules{})
	november := report.Period{From: month.Until, Until: month.Until.AddDate(0, 1, 0), Zone: month.Zone}
	reduced := rules(t, `{adjustments: [{month: 2026-11, department: "+1", amount: "-3", reason: "-2+3"}]}`)
	for name, s := range map[string]*chargeback.Statement{"calls": closed, "an adjustment": statement(t, b, november, reduced, closed)} {
		for _, version := range chargeback.FOCUSVersions {
			records, err := csv.NewReader(strings.NewReader(focusOf(t, s, version))).ReadAll()
			require.NoError(t, err)
			require.Greater(t, len(records), 1, name)
			quoted := 0
			for _, record := range records[1:] {
				for i, field := range record {
					if strings.HasPrefix(field, "'") {
						quoted++
					}
					if field != "" && strings.ContainsRune("=+-@", rune(field[0])) {
						require.Regexp(t, focusDecimal, field, "%s, FOCUS %s: %s", name, version, records[0][i])
					}
				}
			}
			require.Positive(t, quoted, "%s, FOCUS %s", name, version)
		}
	}
}

func focusOf(t *testing.T, s *chargeback.Statement, version string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, s.WriteFOCUS(&out, version))
	return out.String()
}

// conforming are the rows of a statement, once they are held against the
// specification.
func conforming(t *testing.T, s *chargeback.Statement, version string) []map[string]string {
	t.Helper()
	text := focusOf(t, s, version)
	require.True(t, utf8.ValidString(text))
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	header := records[0]
	var ours []string
	for _, name := range slices.Sorted(maps.Keys(focusRules)) {
		rule := focusRules[name]
		if (rule.versions == nil || slices.Contains(rule.versions, version)) && (!rule.exchange || s.Exchange != nil) {
			ours = append(ours, name)
		}
	}
	require.Equal(t, ours, header[:len(ours)], "every column that is wanted, first, and none of another version")
	for _, name := range header[len(ours):] {
		assert.Regexp(t, focusCustom, name, "columns of one's own are marked, and named as the others are")
	}

	var rows []map[string]string
	billed, byAccount := udecimal.Zero, map[string]udecimal.Decimal{}
	categoryOf, nameOf := map[string]string{}, map[string]string{}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range header {
			row[name] = record[i]
		}
		rows = append(rows, row)
		for _, name := range ours {
			focusRules[name].check(t, name, row[name])
		}
		assert.Equal(t, s.BillingCurrency(), row["BillingCurrency"])
		billed = billed.Add(dec(row["BilledCost"]))
		byAccount[row["BillingAccountId"]] = byAccount[row["BillingAccountId"]].Add(dec(row["BilledCost"]))
		for _, cost := range []string{"ContractedCost", "EffectiveCost", "ListCost"} {
			assert.Equal(t, row["BilledCost"], row[cost], "%s: no charge is discounted, prepaid or made of others", cost)
		}
		provider := cmp.Or(row["ServiceProviderName"], row["ProviderName"])
		assert.Equal(t, provider, row["InvoiceIssuerName"], "what another than the provider is paid for is billed with 0")
		checkFocusPeriods(t, row)
		checkFocusQuantities(t, row)
		single(t, categoryOf, row, "ServiceName", "ServiceCategory")
		single(t, nameOf, row, "BillingAccountId", "BillingAccountName")
	}
	require.NotEmpty(t, rows)
	assert.Equal(t, s.Billed.String(), billed.String())
	for _, c := range s.Charges {
		account := report.Label(ledger.ByDepartment, c.Department)
		assert.Equal(t, c.Billed.String(), byAccount[account].String(), "what %s is billed", account)
	}
	return rows
}

func checkFocusPeriods(t *testing.T, row map[string]string) {
	t.Helper()
	assert.Less(t, row["ChargePeriodStart"], row["ChargePeriodEnd"])
	assert.Less(t, row["BillingPeriodStart"], row["BillingPeriodEnd"])
	// A correction is marked where it is of a billing period before, and there alone.
	if row["ChargeClass"] == "Correction" {
		assert.LessOrEqual(t, row["ChargePeriodEnd"], row["BillingPeriodStart"])
		return
	}
	assert.GreaterOrEqual(t, row["ChargePeriodStart"], row["BillingPeriodStart"])
	assert.LessOrEqual(t, row["ChargePeriodEnd"], row["BillingPeriodEnd"])
}

func checkFocusQuantities(t *testing.T, row map[string]string) {
	t.Helper()
	category, corrects := row["ChargeCategory"], row["ChargeClass"] == "Correction"
	assert.Equal(t, row["PricingQuantity"] == "", row["PricingUnit"] == "", "unit and quantity come together")
	assert.Equal(t, row["ConsumedQuantity"] == "", row["ConsumedUnit"] == "", "unit and quantity come together")
	if (category == "Usage" || category == "Purchase") && !corrects {
		assert.NotEmpty(t, row["PricingQuantity"], "of what is used or bought a quantity is known")
	}
	if category == "Tax" {
		assert.Empty(t, row["PricingQuantity"])
	}
	if category != "Usage" {
		assert.Empty(t, row["ConsumedQuantity"], "only what is used is consumed")
	} else if !corrects {
		assert.NotEmpty(t, row["ConsumedQuantity"])
	}
}

// single makes sure that one value of a column goes with one of another.
func single(t *testing.T, seen map[string]string, row map[string]string, of, value string) {
	t.Helper()
	if before, ok := seen[row[of]]; ok {
		assert.Equal(t, before, row[value], "%s of %s %s", value, of, row[of])
	}
	seen[row[of]] = row[value]
}

func (r focusRule) check(t *testing.T, name, value string) {
	t.Helper()
	if value == "" {
		assert.True(t, r.nullable, "%s may not be null", name)
		return
	}
	assert.NotRegexp(t, focusNothing, value, "%s: null is an empty field", name)
	switch r.kind {
	case "decimal":
		assert.Regexp(t, focusDecimal, value, name)
	case "unit":
		assert.Regexp(t, focusUnits, value, name)
	case "time":
		_, err := time.Parse("2006-01-02T15:04:05Z", value)
		assert.NoError(t, err, name)
	}
	if r.allowed != nil {
		assert.Contains(t, r.allowed, value, name)
	}
}

func TestFOCUS_AnUnknownFOCUSVersionIsRefused(t *testing.T) {
	b, month := october(t)
	err := statement(t, b, month, chargeback.Rules{}).WriteFOCUS(&bytes.Buffer{}, "2.0")
	assert.EqualError(t, err, `FOCUS version "2.0": expected 1.2, 1.3, 1.4, 1.5-preview`)
}
