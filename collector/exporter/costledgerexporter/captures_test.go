package costledgerexporter

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// capture holds a real run as a public repository shows it: attributes and figures
// as they were sent, texts and ids replaced, and the bill derived by hand.
type capture struct {
	Source string          `json:"source"`
	Note   string          `json:"note"`
	Traces json.RawMessage `json:"traces"`
	Bill   []captureLine   `json:"bill"`
}

type captureLine struct {
	Provider   string `json:"provider"`
	Model      string `json:"model"`
	Input      int64  `json:"input"`
	Output     int64  `json:"output"`
	CacheRead  int64  `json:"cache_read"`
	CacheWrite int64  `json:"cache_write"`
	Cost       string `json:"cost"`
	Derived    string `json:"derived"`
}

// TestCaptures_AreBilledAsDerivedByHand sends real exports through the pipeline
// into both stores, a span a batch and in a random order.
func TestCaptures_AreBilledAsDerivedByHand(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "captures", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, engine := range []struct {
		name string
		open func(t *testing.T) string
	}{
		{"duckdb", duckDB},
		{"clickhouse", func(t *testing.T) string {
			server, database := clickhousetest.Shared(t)
			return server.DSN(database)
		}},
	} {
		t.Run(engine.name, func(t *testing.T) {
			e := start(t, engine.open(t))
			require.NoError(t, e.store.SetRetention(t.Context(), ledgertest.Forever)) // the calls are as old as the recordings
			pipe := pipeline(t, e)
			random := rand.New(rand.NewPCG(3, 4))
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
					c := readCapture(t, file)
					td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(c.Traces)
					require.NoError(t, err)
					spans := apart(td, 0)
					require.NotEmpty(t, spans)
					random.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
					traces := traceIDs(spans)
					for _, one := range spans {
						require.NoError(t, pipe.ConsumeTraces(t.Context(), one))
					}
					assert.Equal(t, c.Bill, billOf(t, e.store, traces), c.Note)
				})
			}
		})
	}
}

func readCapture(t *testing.T, file string) *capture {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	c := new(capture)
	require.NoError(t, json.Unmarshal(raw, c))
	require.NotEmpty(t, c.Source)
	require.NotEmpty(t, c.Bill)
	for i := range c.Bill {
		checkDerived(t, &c.Bill[i])
		c.Bill[i].Derived = ""
	}
	slices.SortFunc(c.Bill, compareLines)
	return c
}

var derivation = regexp.MustCompile(`^([0-9x+. ]+) = ([0-9.]+) per million(, as charged)?$|^([0-9,]+) nano-credits of a cent$`)

// checkDerived calculates by itself how a line says that its amount was derived:
// counts times rates per million, or credits.
func checkDerived(t *testing.T, line *captureLine) {
	t.Helper()
	parts := derivation.FindStringSubmatch(line.Derived)
	require.NotNil(t, parts, "how the amount was derived: %q", line.Derived)
	number := func(text string) *big.Rat {
		n, ok := new(big.Rat).SetString(strings.ReplaceAll(strings.TrimSpace(text), ",", ""))
		require.True(t, ok, text)
		return n
	}
	sum, per := new(big.Rat), int64(1_000_000)
	if parts[4] != "" {
		sum, per = number(parts[4]), 100_000_000_000
	} else {
		for _, product := range strings.Split(parts[1], "+") {
			count, rate, ok := strings.Cut(product, "x")
			require.True(t, ok, product)
			sum.Add(sum, new(big.Rat).Mul(number(count), number(rate)))
		}
		require.Zero(t, sum.Cmp(number(parts[2])), "%s: the sum is %s", line.Derived, sum.FloatString(3))
	}
	assert.Zero(t, sum.Quo(sum, new(big.Rat).SetInt64(per)).Cmp(number(line.Cost)), "%s: the amount is %s", line.Derived, line.Cost)
}

func billOf(t *testing.T, store ledger.Store, traces []ledger.TraceID) []captureLine {
	t.Helper()
	var lines []captureLine
	for _, id := range traces {
		trace, err := store.Trace(t.Context(), id)
		require.NoError(t, err)
		for i := range trace.Calls {
			c := &trace.Calls[i]
			if !c.Billable {
				continue
			}
			cost := c.Cost.Status + " " + c.Cost.Reason
			if c.Cost.Amount != nil {
				cost = c.Cost.Amount.String()
			}
			lines = append(lines, captureLine{
				Provider: c.Provider, Model: c.Model(), Input: c.Usage[usage.Input], Output: c.Usage[usage.Output],
				CacheRead: c.Usage[usage.CacheRead], CacheWrite: c.Usage[usage.CacheWrite], Cost: cost,
			})
		}
	}
	slices.SortFunc(lines, compareLines)
	return lines
}

func compareLines(a, b captureLine) int {
	return strings.Compare(a.Model+a.Cost, b.Model+b.Cost)
}
