package explain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// declared lists the texts of the constants of a type in the pricing package.
func declared(t *testing.T, file, typeName string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../../instrumentation/pricing/"+file, nil, 0)
	require.NoError(t, err)
	var texts []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				require.NoError(t, err)
				texts = append(texts, text)
			}
		}
		return true
	})
	require.NotEmpty(t, texts)
	return texts
}

func TestWhy_KnowsEveryReasonOfPricing(t *testing.T) {
	for _, reason := range declared(t, "result.go", "Reason") {
		why := Why(reason, "--since 30d")
		assert.NotEmpty(t, why.Text, reason)
		assert.NotEmpty(t, why.Fix, reason)
		assert.NotContains(t, why.Text, "Pricing says", reason)
		assert.NotContains(t, why.Fix, "{", reason)
		if strings.Contains(why.Fix, "prices reprice") {
			assert.Contains(t, why.Fix, "`spanledger prices reprice --since 30d --price-file FILE --apply`", reason)
		}
	}
	assert.Contains(t, Why("brand_new", "").Text, "brand_new")
	assert.Equal(t, Reason{}, Why("", ""))
}

func TestFlag_KnowsEveryFlagOfPricing(t *testing.T) {
	all := pricing.Flags(1<<32 - 1)
	count := 0
	for _, name := range all.Names() {
		assert.False(t, strings.HasPrefix(Flag(name), "Pricing says"), name)
		count++
	}
	assert.Greater(t, count, 10)
	assert.Contains(t, Flag("brand_new"), "brand_new")
}

func TestClaim_KnowsEveryClaim(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../../tracing/semconv/spanledger.go", nil, 0)
	require.NoError(t, err)
	found := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Claim") || len(spec.Values) != 1 {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
			claim, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			assert.Contains(t, claims, claim)
			found++
		}
		return true
	})
	assert.Equal(t, len(claims), found)
}
