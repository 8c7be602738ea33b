package reconcile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/reconcile"
)

var day = time.Date(2026, 9, 15, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, name string) *reconcile.Export {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	export, err := reconcile.Read(name, data)
	require.NoError(t, err)
	return export
}

func TestExport_ReportsAreReadExactly(t *testing.T) {
	tests := []struct {
		file  string
		kind  string
		usage bool
		cost  bool
		lines int
		first reconcile.Line
	}{
		{"openai-usage.json", "OpenAI usage", true, false, 4, reconcile.Line{Day: day, Model: "gpt-5-2025-08-07", Calls: 1, Input: 8000, Output: 900, CacheRead: 3000}},
		{"openai-costs.json", "OpenAI costs", false, true, 3, reconcile.Line{Day: day, Model: "gpt-5-2025-08-07", Cost: udecimal.MustParse("0.006250000000000001")}},
		{"anthropic-usage.json", "Anthropic usage", true, false, 1, reconcile.Line{Day: day, Model: "claude-sonnet-5", Input: 3200, Output: 500, CacheRead: 200, CacheWrite: 1500}},
		{"anthropic-cost.json", "Anthropic cost", false, true, 2, reconcile.Line{Day: day, Model: "claude-sonnet-5", Cost: udecimal.MustParse("0.003")}},
		{"focus.csv", "FOCUS", false, true, 2, reconcile.Line{Named: true, Day: day, Model: "us.anthropic.claude-opus-4-5-20251101-v1:0", Cost: udecimal.MustParse("0.0165")}},
		{"cur.csv", "AWS cost and usage report", false, true, 1, reconcile.Line{Named: true, Day: day, Model: "us.anthropic.claude-opus-4-5-20251101-v1:0", Cost: udecimal.MustParse("0.0165")}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			export := read(t, tt.file)
			assert.Equal(t, tt.kind, export.Kind)
			assert.Equal(t, tt.usage, export.HasUsage)
			assert.Equal(t, tt.cost, export.HasCost)
			require.Len(t, export.Lines, tt.lines)
			got := export.Lines[0]
			assert.True(t, tt.first.Cost.Equal(got.Cost), got.Cost.String())
			got.Cost, tt.first.Cost = udecimal.Decimal{}, udecimal.Decimal{}
			assert.Equal(t, tt.first, got)
		})
	}
}

func TestExport_WhatIsNoReportIsRefusedByName(t *testing.T) {
	for data, want := range map[string]string{
		"":           "f: is empty",
		"{":          "f: the JSON ends before it is complete",
		"{]":         "f: is neither JSON nor CSV",
		`{"a": 1}`:   "f: is not a report of a known format; supported are",
		"a,b\n1,2\n": "f: has no known columns; supported are",
		"ChargePeriodStart,BilledCost,SkuMeter\nyesterday,1,m\n":                                `f:2: "yesterday" is not a time`,
		"ChargePeriodStart,BilledCost,SkuMeter\n2026-09-15,one,m\n":                             `f:2: amount "one" is not a decimal number`,
		"ChargePeriodStart,BilledCost,BillingCurrency,SkuMeter\n2026-09-15,1,EUR,m\n":           `f:2: currency "EUR"; the ledger keeps USD`,
		`{"data": [{"results": [{"object": "organization.usage.x", "input_tokens": "many"}]}]}`: "f: openai usage: json: cannot unmarshal string",
	} {
		_, err := reconcile.Read("f", []byte(data))
		assert.ErrorContains(t, err, want)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*")
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		export, err := reconcile.Read("f", data)
		if err == nil && export == nil {
			t.Error("neither a report nor an error")
		}
	})
}
