package chargeback_test

import (
	"bytes"
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/chargeback"
)

// focusRule is what the specification says of a column: its type, whether it
// may be null, and the values it may have.
type focusRule struct {
	kind     string
	nullable bool
	allowed  []string
	versions []string // nil = 1.2, 1.3 and 1.4
}

// The mandatory columns of the dataset Cost and Usage, from the specification's
// table of columns and the pages of each.
var focusRules = map[string]focusRule{
	"BilledCost":          {kind: "decimal"},
	"BillingAccountId":    {kind: "string"},
	"BillingAccountName":  {kind: "string", nullable: true},
	"BillingCurrency":     {kind: "currency"},
	"BillingPeriodEnd":    {kind: "time"},
	"BillingPeriodStart":  {kind: "time"},
	"ChargeCategory":      {kind: "string", allowed: []string{"Usage", "Purchase", "Tax", "Credit", "Adjustment"}},
	"ChargeClass":         {kind: "string", nullable: true, allowed: []string{"Correction"}},
	"ChargeDescription":   {kind: "string", nullable: true},
	"ChargePeriodEnd":     {kind: "time"},
	"ChargePeriodStart":   {kind: "time"},
	"ContractedCost":      {kind: "decimal"},
	"EffectiveCost":       {kind: "decimal"},
	"HostProviderName":    {kind: "string", versions: []string{"1.3", "1.4"}},
	"InvoiceIssuerName":   {kind: "string"},
	"ListCost":            {kind: "decimal"},
	"PricingQuantity":     {kind: "decimal", nullable: true},
	"PricingUnit":         {kind: "string", nullable: true},
	"ProviderName":        {kind: "string", versions: []string{"1.2", "1.3"}},
	"PublisherName":       {kind: "string", versions: []string{"1.2", "1.3"}},
	"ServiceCategory":     {kind: "string", allowed: []string{"AI and Machine Learning"}}, // one of nineteen; LLM APIs are this one
	"ServiceName":         {kind: "string"},
	"ServiceProviderName": {kind: "string", versions: []string{"1.3", "1.4"}},
}

var (
	focusDecimal  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	focusCurrency = regexp.MustCompile(`^[A-Z]{3}$`)
	focusCustom   = regexp.MustCompile(`^x_[A-Z][A-Za-z0-9]*$`)
)

func focusOf(t *testing.T, s *chargeback.Statement, version string) (header []string, rows []map[string]string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, s.WriteFOCUS(&out, version))
	golden(t, "october.focus-"+version+".csv", out.String())
	records, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return records[0], rows
}

func TestFOCUSConformsToEachVersion(t *testing.T) {
	b, month := october(t)
	s := statement(t, b, month, rules(t, rulesOfTheHouse))
	for _, version := range chargeback.FOCUSVersions {
		t.Run(version, func(t *testing.T) {
			header, rows := focusOf(t, s, version)
			var mandatory []string
			for _, name := range slices.Sorted(maps.Keys(focusRules)) {
				if versions := focusRules[name].versions; versions == nil || slices.Contains(versions, version) {
					mandatory = append(mandatory, name)
				}
			}
			require.Equal(t, mandatory, header[:len(mandatory)], "every mandatory column, and none of another version")
			for _, name := range header[len(mandatory):] {
				assert.Regexp(t, focusCustom, name, "columns of one's own are marked")
			}
			require.NotEmpty(t, rows)
			billed := udecimal.Zero
			for _, row := range rows {
				for _, name := range mandatory {
					focusRules[name].check(t, name, row[name])
				}
				billed = billed.Add(dec(row["BilledCost"]))
				assert.Less(t, row["ChargePeriodStart"], row["ChargePeriodEnd"])
				assert.Less(t, row["BillingPeriodStart"], row["BillingPeriodEnd"])
				assert.Equal(t, row["PricingQuantity"] == "", row["PricingUnit"] == "", "unit and quantity come together")
				if category := row["ChargeCategory"]; (category == "Usage" || category == "Purchase") && row["ChargeClass"] == "" {
					assert.NotEmpty(t, row["PricingQuantity"], "of what is used a quantity is known")
				}
				if row["ChargeClass"] != "Correction" {
					assert.GreaterOrEqual(t, row["ChargePeriodStart"], row["BillingPeriodStart"])
					assert.LessOrEqual(t, row["ChargePeriodEnd"], row["BillingPeriodEnd"])
				}
			}
			assert.Equal(t, s.Total.String(), billed.String())
			assert.Equal(t, "2026-09-30T22:00:00Z", rows[0]["BillingPeriodStart"], "times are in UTC")
		})
	}
}

func (r focusRule) check(t *testing.T, name, value string) {
	t.Helper()
	if value == "" {
		assert.True(t, r.nullable, "%s may not be null", name)
		return
	}
	switch r.kind {
	case "decimal":
		assert.Regexp(t, focusDecimal, value, name)
	case "currency":
		assert.Regexp(t, focusCurrency, value, name)
	case "time":
		_, err := time.Parse("2006-01-02T15:04:05Z", value)
		assert.NoError(t, err, name)
	}
	if r.allowed != nil {
		assert.Contains(t, r.allowed, value, name)
	}
}

func TestAnUnknownFOCUSVersionIsRefused(t *testing.T) {
	b, month := october(t)
	err := statement(t, b, month, chargeback.Rules{}).WriteFOCUS(&bytes.Buffer{}, "2.0")
	assert.EqualError(t, err, `FOCUS version "2.0": expected 1.2, 1.3, 1.4`)
}
