package chargeback_test

import (
	"bytes"
	"encoding/csv"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
)

func TestStatement_OfDepartmentsAddsUpToTheWhole(t *testing.T) {
	b := newBooks(t)
	month := report.Month(2026, time.October, time.UTC)
	at := month.From.AddDate(0, 0, 3)
	b.call(t, at, "claims", "intake", "10.005")
	b.call(t, at, "support", "chat", "20.004")
	b.call(t, at, "platform", "search", "5")
	b.call(t, at, "", "", "1.5")
	b.call(t, at, "claims", "intake", "")
	rules := chargeback.Rules{
		Allocate: chargeback.Proportional, Shared: []string{"platform"}, Markup: dec("5"),
		Adjustments: []chargeback.ManualAdjustment{{Month: "2026-10", Department: "claims", Amount: dec("-2"), Reason: "credit"}},
	}
	whole := statement(t, b, month, rules)

	var total, billed, focus udecimal.Decimal
	adjustments := 0
	for i := range whole.Charges {
		name := report.Label("department", whole.Charges[i].Department)
		of, err := whole.Of(name)
		require.NoError(t, err)
		assert.Equal(t, whole.Charges[i:i+1], of.Charges)
		doc := of.Document()
		assert.Equal(t, "Chargeback 2026-10: "+name, doc.Title)
		assert.NotContains(t, doc.Notes, "Check the rules")
		total, billed = total.Add(of.Total), billed.Add(of.Billed)
		adjustments += len(of.Adjustments)

		var out bytes.Buffer
		require.NoError(t, of.WriteFOCUS(&out, chargeback.FOCUSVersion))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		cost := 0
		for rows[0][cost] != "BilledCost" {
			cost++
		}
		for _, row := range rows[1:] {
			focus = focus.Add(dec(row[cost]))
		}
	}
	assert.Len(t, whole.Charges, 4)
	assert.Equal(t, 1, adjustments)
	assert.True(t, total.Equal(whole.Total), "%s, not %s", total, whole.Total)
	assert.True(t, billed.Equal(whole.Billed), "%s, not %s", billed, whole.Billed)
	assert.True(t, focus.Equal(whole.Billed), "%s, not %s", focus, whole.Billed)

	_, err := whole.Of("sales")
	assert.ErrorContains(t, err, `department "sales": pays nothing in 2026-10: use support, claims, `)
}
