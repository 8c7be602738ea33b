package pricing_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// sample is a call to some model of the catalogue, with usage that can be.
func sample(r *rand.Rand, entries []pricing.Entry) pricing.Call {
	e := &entries[r.IntN(len(entries))]
	id := "llama3.1:8b"
	if len(e.IDs) > 0 {
		id = e.IDs[r.IntN(len(e.IDs))]
	}
	modes := []string{"", "default", "batch", "flex", "priority"}
	call := pricing.Call{
		Provider: e.Provider, RequestModel: id, Region: e.Region,
		ServedTier:   modes[r.IntN(len(modes))],
		InferenceGeo: []string{"", "us"}[r.IntN(2)],
		Start:        time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(90 * 24 * time.Hour)))),
	}
	call.Usage = randomUsage(r)
	return call
}

func randomUsage(r *rand.Rand) usage.Counts {
	in, out := r.Int64N(600_000), r.Int64N(50_000)
	read := r.Int64N(in + 1)
	write := r.Int64N(in - read + 1)
	return usage.Counts{
		usage.Input: in, usage.Output: out, usage.CacheRead: read, usage.CacheWrite: write,
		usage.CacheWrite1h: r.Int64N(write + 1), usage.Reasoning: r.Int64N(out + 1),
		usage.WebSearches: r.Int64N(3), usage.SearchUnits: r.Int64N(3), usage.Pages: r.Int64N(3),
	}
}

func TestPrice_IsIndependentOfTheOrderOfLines(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	entries := pricing.Default().Entries()
	var lines []pricing.Line
	for range 10_000 {
		call := sample(r, entries)
		got := pricing.Default().PriceInto(lines, &call)
		require.Equal(t, pricing.Default().Price(&call), got)
		if got.Lines != nil {
			lines = got.Lines
		}
	}
}

// each runs a property over many sampled calls that have an amount.
func each(t *testing.T, property func(t *testing.T, r *rand.Rand, call pricing.Call, result pricing.Result)) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	entries := pricing.Default().Entries()
	seen := 0
	for range 10_000 {
		call := sample(r, entries)
		result := pricing.Default().Price(&call)
		if result.HasAmount() {
			seen++
			property(t, r, call, result)
		}
		if t.Failed() {
			t.Fatalf("call %+v", call)
		}
	}
	require.Greater(t, seen, 2_000, "the property has been tried")
}

func TestPrice_LinesAddUpToTheCost(t *testing.T) {
	each(t, func(t *testing.T, _ *rand.Rand, _ pricing.Call, result pricing.Result) {
		total := udecimal.Decimal{}
		for _, line := range result.Lines {
			total = total.Add(line.Amount)
			product := udecimal.MustFromInt64(line.Quantity, 0).Mul(line.Rate).Mul(line.Multiplier)
			assert.True(t, product.Equal(line.Amount.Mul(udecimal.MustFromInt64(line.Per, 0))), "%+v", line)
		}
		assert.True(t, total.Equal(result.Amount))
		assert.LessOrEqual(t, result.Amount.Prec(), 18)
	})
}

func TestPrice_MoreOutputNeverCostsLess(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, call pricing.Call, result pricing.Result) {
		call.Usage[usage.Output] += r.Int64N(1000)
		more := pricing.Default().Price(&call)
		assert.True(t, more.HasAmount())
		assert.False(t, more.Amount.LessThan(result.Amount))
	})
}

func TestPrice_MoreInputNeverCostsLess(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, call pricing.Call, result pricing.Result) {
		call.Usage[usage.Input] += r.Int64N(1000)
		more := pricing.Default().Price(&call)
		if more.Tier == result.Tier && more.HasAmount() { // a card may have no rates for long prompts
			assert.False(t, more.Amount.LessThan(result.Amount))
		}
	})
}

func TestPrice_SplittingACallChangesNothingUnlessATierSaysSo(t *testing.T) {
	each(t, func(t *testing.T, r *rand.Rand, call pricing.Call, result pricing.Result) {
		if result.Tier != 0 || call.Provider == "perplexity" { // perplexity charges a fee for each request
			return
		}
		first, second := call, call
		u := &call.Usage
		first.Usage = usage.Counts{
			usage.CacheRead: r.Int64N(u[usage.CacheRead] + 1), usage.Reasoning: r.Int64N(u[usage.Reasoning] + 1),
			usage.CacheWrite1h: u[usage.CacheWrite1h], usage.CacheWrite: u[usage.CacheWrite], usage.WebSearches: u[usage.WebSearches],
			usage.SearchUnits: u[usage.SearchUnits], usage.Pages: u[usage.Pages],
		}
		first.Usage[usage.Input] = first.Usage[usage.CacheRead] + u[usage.CacheWrite]
		first.Usage[usage.Output] = first.Usage[usage.Reasoning]
		second.Usage = usage.Counts{
			usage.Input: u[usage.Input] - first.Usage[usage.Input], usage.Output: u[usage.Output] - first.Usage[usage.Output],
			usage.CacheRead: u[usage.CacheRead] - first.Usage[usage.CacheRead], usage.Reasoning: u[usage.Reasoning] - first.Usage[usage.Reasoning],
		}
		one, two := pricing.Default().Price(&first), pricing.Default().Price(&second)
		if !one.HasAmount() || !two.HasAmount() {
			return // a part without units has no price where only units are sold
		}
		assert.Equal(t, result.Amount.String(), one.Amount.Add(two.Amount).String())
	})
}

// Nothing of the package or the file format may hold or make a float.
func TestPrice_NoFloatAnywhere(t *testing.T) {
	files := 0
	for _, dir := range []string{".", "pricefile", "casefile"} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					name := strings.ToLower(n.Name)
					assert.NotContains(t, name, "float", set.Position(n.Pos()).String())
				case *ast.BasicLit:
					assert.NotEqual(t, token.FLOAT, n.Kind, set.Position(n.Pos()).String())
				}
				return true
			})
			return nil
		}))
	}
	require.Greater(t, files, 15)
}
