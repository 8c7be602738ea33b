package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

func TestUp_OthersReachTheLedgerWithATokenOnly(t *testing.T) {
	t.Setenv(tokenVariable, "")
	wide := distro.AllInOne{Host: "0.0.0.0", API: 8890}
	generated, err := protect(&wide, nil)
	require.NoError(t, err)
	assert.True(t, generated)
	assert.Len(t, wide.Token, 32)
	lines := pageLines(&wide, generated)
	assert.Contains(t, lines, "#/?token="+wide.Token)
	assert.Contains(t, lines, tokenVariable+"="+wide.Token)
	assert.Contains(t, tokenLine(&wide), "these commands need "+tokenVariable)

	another := distro.AllInOne{Host: "0.0.0.0", API: 8890}
	_, err = protect(&another, nil)
	require.NoError(t, err)
	assert.NotEqual(t, wide.Token, another.Token)

	t.Setenv(tokenVariable, "of-the-operator")
	given := distro.AllInOne{Host: "192.0.2.1", API: 8890}
	generated, err = protect(&given, nil)
	require.NoError(t, err)
	assert.False(t, generated)
	assert.Equal(t, "of-the-operator", given.Token)
	assert.False(t, strings.Contains(pageLines(&given, generated), tokenVariable+"="), "a token that is known is not repeated")

	for name, c := range map[string]struct {
		collector distro.AllInOne
		configs   []string
	}{
		"loopback":                      {distro.AllInOne{Host: "127.0.0.1", API: 8890}, nil},
		"a configuration of the user's": {distro.AllInOne{Host: "0.0.0.0", API: 8890}, []string{"mine.yaml"}},
	} {
		_, err = protect(&c.collector, c.configs)
		require.NoError(t, err)
		assert.Empty(t, c.collector.Token, name)
		assert.Empty(t, tokenLine(&c.collector), name)
	}
	_, stderr, code := run(t, "up", "--public-url", "ledger.example")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "such as https://ledger.example")
}

func TestUp_AFileWithErrorsIsNamedBeforeTheStart(t *testing.T) {
	prices, rules := file(t, "bad.json", "{\"format\": 1,\n\"models\": []}"), file(t, "rules.yaml", "allocate: fairly\n")
	budgets, revenue := file(t, "budgets.yaml", "budgets: [{name: a, amount: much}]\n"), file(t, "revenue.csv", "day\n")
	for flag, c := range map[string]struct{ file, want string }{
		"--price-file":       {prices, "--price-file: " + prices + ":2: error: models"},
		"--budgets":          {budgets, "--budgets " + budgets + ": budgets[0].amount"},
		"--chargeback-rules": {rules, "--chargeback-rules " + rules + ": chargeback rules: allocate"},
		"--revenue":          {revenue, "--revenue: " + revenue},
	} {
		data := filepath.Join(t.TempDir(), "data")
		_, stderr, code := run(t, "up", "--data", data, flag, c.file)
		assert.Equal(t, exitUsage, code, stderr)
		assert.Contains(t, stderr, "spanledger: "+c.want)
		assert.NoDirExists(t, data, "nothing has started")
	}
}
