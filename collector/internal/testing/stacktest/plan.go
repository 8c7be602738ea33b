package stacktest

import (
	"path/filepath"
	"testing"
)

// budgets is a plan for the departments of the demo, large enough for its bad
// days.
const budgets = `zone: UTC
budgets:
  - {name: claims, scope: {department: claims}, every: month, amount: "100"}
  - {name: support, scope: {department: support}, every: month, amount: "100"}
  - {name: strategy, scope: {department: strategy}, every: day, amount: "100"}
`

// plan writes the budgets and returns their file.
func plan(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "budgets.yaml")
	write(tb, path, budgets)
	return path
}
