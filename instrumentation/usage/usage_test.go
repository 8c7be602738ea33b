package usage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestTable_IsWhole(t *testing.T) {
	names, columns, keys := map[string]usage.Field{}, map[string]usage.Field{}, map[string]usage.Field{}
	once := func(seen map[string]usage.Field, what, text string, f usage.Field) {
		other, taken := seen[text]
		assert.False(t, taken, "%s and %s have one %s: %s", f, other, what, text)
		seen[text] = f
	}
	for f := range usage.NumFields {
		require.NotEmpty(t, f.Name(), "the field after %s has no entry in the table", max(f, 1)-1)
		once(names, "name", f.Name(), f)
		once(keys, "key", string(f.Key()), f)
		for _, alias := range f.Aliases() {
			if usage.Prefix+alias != string(f.Key()) {
				once(keys, "key", usage.Prefix+alias, f)
			}
		}
		assert.NotEmpty(t, f.Key(), "key of %s", f)
		assert.NotEmpty(t, f.Unit(), "unit of %s", f)
		assert.NotEmpty(t, f.Help(), "help of %s", f)
		if f < usage.NumBilled {
			require.NotEmpty(t, f.Column(), "column of %s", f)
			once(columns, "column", f.Column(), f)
		} else {
			assert.Empty(t, f.Column(), "column of %s, which nothing bills", f)
		}
		if total, ok := f.PartOf(); ok {
			assert.Equal(t, total.Unit(), f.Unit(), "%s is a part of %s", f, total)
			assert.True(t, strings.HasSuffix(f.Help(), ", included in --"+strings.ReplaceAll(total.Name(), "_", "-")), "help of %s: %s", f, f.Help())
		}
		got, ok := usage.ByName(f.Name())
		assert.True(t, ok && got == f, f.Name())
		own, ok := usage.ByKey(string(f.Key()))
		assert.True(t, ok && own == usage.Attribute{Field: f}, f.Key())
	}
}

func TestCounts_JSON(t *testing.T) {
	var counts usage.Counts
	for f := range usage.NumFields {
		counts[f] = 1<<62 + int64(f)
	}
	data, err := json.Marshal(counts)
	require.NoError(t, err)
	var back usage.Counts
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, counts, back)

	data, err = json.Marshal(struct {
		Usage usage.Counts `json:"usage,omitzero"`
	}{usage.Counts{usage.Output: 3}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"usage": {"output": 3}}`, string(data))

	assert.ErrorContains(t, json.Unmarshal([]byte(`{"holograms": 1}`), &back), `"holograms" is not a known count`)
}

func TestCounts_FirstNegative(t *testing.T) {
	_, negative := (&usage.Counts{usage.Input: 1}).FirstNegative()
	assert.False(t, negative)
	f, negative := (&usage.Counts{usage.Reasoning: -1, usage.Citation: -2}).FirstNegative()
	assert.True(t, negative)
	assert.Equal(t, usage.Reasoning, f)
}

func TestCounts_CompleteCacheWrites(t *testing.T) {
	split := usage.Counts{usage.CacheWrite5m: 1, usage.CacheWrite30m: 2, usage.CacheWrite1h: 3, usage.CacheWrite12h: 4}
	split.CompleteCacheWrites()
	assert.EqualValues(t, 10, split[usage.CacheWrite])

	total := usage.Counts{usage.CacheWrite: 7, usage.CacheWrite1h: 3}
	total.CompleteCacheWrites()
	assert.EqualValues(t, 7, total[usage.CacheWrite], "a total that is known stays")
}

func TestSet(t *testing.T) {
	var s usage.Set
	assert.False(t, s.Has(usage.Input))
	s = s.With(usage.TextOutput).With(usage.Input)
	assert.True(t, s.Has(usage.Input) && s.Has(usage.TextOutput) && !s.Has(usage.Output))
	var fields []usage.Field
	for f := range s.All() {
		fields = append(fields, f)
	}
	assert.Equal(t, []usage.Field{usage.Input, usage.TextOutput}, fields)
}
