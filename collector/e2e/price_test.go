package e2e_test

import (
	"encoding/json"
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
)

// priceList is the vendors' published USD per million tokens, written down for
// this test and computed with in fractions: nothing of it is shared with the
// pricing package.
type priceList map[string]struct {
	Input        string `json:"input"`
	Output       string `json:"output"`
	CacheRead    string `json:"cache_read"`
	CacheWrite5m string `json:"cache_write_5m"`
	CacheWrite1h string `json:"cache_write_1h"`
}

// unpricedModel is the demo's pilot model, which no price list knows.
const unpricedModel = "acme-claims-7b"

func readPrices(t *testing.T) priceList {
	t.Helper()
	b, err := os.ReadFile("testdata/prices.json")
	require.NoError(t, err)
	var list priceList
	require.NoError(t, json.Unmarshal(b, &list))
	return list
}

// cost returns what the calls cost in USD, and how many have usage and no price.
func (list priceList) cost(t *testing.T, calls []fakevendor.Served) (usd *big.Rat, unpriced int) {
	t.Helper()
	usd = new(big.Rat)
	for _, c := range calls {
		if c.Status != 200 {
			continue
		}
		if c.ResponseModel == unpricedModel {
			unpriced++
			continue
		}
		rates, ok := list[c.ResponseModel]
		require.True(t, ok, "the demo uses %s, which testdata/prices.json does not have", c.ResponseModel)
		u := c.Usage
		for _, leaf := range []struct {
			tokens int64
			rate   string
		}{
			{u.Input - u.CacheRead - u.CacheWrite(), rates.Input},
			{u.CacheRead, rates.CacheRead},
			{u.CacheWrite5m, rates.CacheWrite5m},
			{u.CacheWrite1h, rates.CacheWrite1h},
			{u.Output, rates.Output},
		} {
			if leaf.tokens == 0 {
				continue
			}
			usd.Add(usd, new(big.Rat).Mul(rat(t, leaf.rate), big.NewRat(leaf.tokens, 1_000_000)))
		}
	}
	return usd, unpriced
}

func rat(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	require.True(t, ok, "%q is no number", s)
	return r
}
