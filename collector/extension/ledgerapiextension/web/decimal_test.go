package web_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/report/format"
)

// TestDecimal_CalculatesAsTheLedger holds the page's arithmetic on decimal
// strings to the ledger's, and its rounding to the command line's.
func TestDecimal_CalculatesAsTheLedger(t *testing.T) {
	pairs := [][2]string{
		{"0", "0"}, {"0.1", "0.2"}, {"-0.00005", "0.00005"}, {"0.00004", "-0.00004"}, {"0.00005", "1"}, {"999.99995", "0.00005"},
		{"1234567.123456789012345678", "-1234567.123456789012345679"}, {"9007199254740993", "0.000000000000000001"}, {"-1.5", "-1.50"},
	}
	chance := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		pairs = append(pairs, [2]string{amount(chance), amount(chance)})
	}
	var answers []struct {
		Sum, Difference, Rounded, Shown string
		Order                           int
	}
	ask(t, "decimals.mjs", pairs, &answers)
	require.Len(t, answers, len(pairs))
	for i, have := range answers {
		a, b := udecimal.MustParse(pairs[i][0]), udecimal.MustParse(pairs[i][1])
		assert.Equal(t, a.Add(b).String(), have.Sum, "%v", pairs[i])
		assert.Equal(t, a.Sub(b).String(), have.Difference, "%v", pairs[i])
		assert.Equal(t, a.Cmp(b), have.Order, "%v", pairs[i])
		assert.Equal(t, a.RoundHAZ(4).StringFixed(4), have.Rounded, "%v", pairs[i])
		assert.Equal(t, strings.NewReplacer("-", "−").Replace(format.Cost(a)), have.Shown, "%v", pairs[i])
	}
}

// ask runs a script on the page's functions.
func ask(t *testing.T, script string, question, answer any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	built := t.TempDir()
	require.NoError(t, os.WriteFile(built+"/package.json", []byte(`{"type":"module"}`), 0o600))
	out, err := exec.Command(parts.Find(t, parts.Esbuild), "src/decimal.ts", "src/text.ts", "--bundle", "--format=esm",
		"--outdir="+built, "--log-level=warning").CombinedOutput()
	require.NoError(t, err, string(out))
	asked, err := json.Marshal(question)
	require.NoError(t, err)
	cmd := exec.Command(node, "testdata/"+script, built)
	cmd.Stdin = bytes.NewReader(asked)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err = cmd.Output()
	require.NoError(t, err, problems.String())
	require.NoError(t, json.Unmarshal(out, answer))
}

// A scope is read back as conditions, also where names of departments hold spaces.
func TestText_ReadsScopesAndDifferences(t *testing.T) {
	scopes := map[string][]string{
		"everything":               {},
		"department=Customer Care": {"department=Customer Care"},
		"department=R\\,D and Legal tag:cost-class=a":     {`department=R\,D and Legal`, "tag:cost-class=a"},
		"application=intake-bot department=Customer Care": {"application=intake-bot", "department=Customer Care"},
	}
	differences := map[string]string{"0": "", "0.00": "", "0.0001": "bad", "-3": "good"}
	// What is billed is never rounded: a browser may know fewer places of a currency.
	type bill struct {
		Currency string   `json:"currency"`
		Amounts  []string `json:"amounts"`
	}
	var question struct {
		Scopes      []string `json:"scopes"`
		Differences []string `json:"differences"`
		Bills       []bill   `json:"bills"`
	}
	question.Bills = []bill{{"USD", []string{"1", "-2.5"}}, {"JPY", []string{"2688", "0"}}, {"KWD", []string{"5.9"}}, {"KWD", []string{"0", "5.907"}}, {"XYZ", []string{"1", "0.0004"}}}
	question.Scopes, question.Differences = slices.Collect(maps.Keys(scopes)), slices.Collect(maps.Keys(differences))
	var answer struct {
		Conditions [][]string
		Tones      []string
		Places     []int
	}
	ask(t, "texts.mjs", question, &answer)
	for i, scope := range question.Scopes {
		assert.Equal(t, scopes[scope], answer.Conditions[i], scope)
	}
	for i, difference := range question.Differences {
		assert.Equal(t, differences[difference], answer.Tones[i], difference)
	}
	assert.Equal(t, []int{2, 0, 3, 3, 4}, answer.Places)
}

// amount of any size, with up to 18 decimals.
func amount(chance *rand.Rand) string {
	digits := func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = byte('0' + chance.IntN(10))
		}
		return string(text)
	}
	text := string(byte('1'+chance.IntN(9))) + digits(chance.IntN(9))
	if chance.IntN(3) == 0 {
		text = "0"
	}
	if n := chance.IntN(19); n > 0 {
		text += "." + digits(n)
	}
	if chance.IntN(4) == 0 {
		text = "-" + text
	}
	return text
}
