package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUp_NamesFlagFileKeyAndValueOfAWrongPlan(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "budgets.yaml")
	require.NoError(t, os.WriteFile(plan, []byte("caps:\n- {name: a, per: trace, calls: 1}\n"), 0o600))
	for name, args := range map[string][]string{
		"up":            {"up", "--budgets", plan, "--data", t.TempDir()},
		"budget status": {"budget", "status", "--budgets", plan},
		"its old name":  {"budget", "status", "--plan", plan},
	} {
		_, stderr, code := run(t, args...)
		assert.NotZero(t, code, name)
		assert.Contains(t, stderr, "--budgets "+plan+`: caps[0].per "trace": expected run or conversation`)
	}
}
