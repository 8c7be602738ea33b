package keyorder_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/keyorder"
)

func TestFinder_EveryKeyHasItsMeaningInWhateverOrder(t *testing.T) {
	long := strings.Repeat("k", 1000)
	many := make([]string, 3000)
	for i := range many {
		many[i] = fmt.Sprint("key ", i)
	}
	spans := map[string][]string{
		"no key":                      nil,
		"one order":                   {"a", "b", "c"},
		"the same order again":        {"a", "b", "c"},
		"another order":               {"c", "a", "b"},
		"one key more":                {"a", "x", "b", "c"},
		"one key less":                {"a", "c"},
		"a key twice":                 {"a", "a", "b"},
		"the empty key":               {"", "a", ""},
		"a long key":                  {"a", long, "b", long},
		"more keys than it remembers": many,
		"those once more":             many,
	}
	f := keyorder.New(strings.ToUpper)
	for range 2 { // regardless of the order of the map
		for name, keys := range spans {
			f.Begin()
			for _, key := range keys {
				require.Equal(t, strings.ToUpper(key), f.Find(key), name)
			}
		}
	}
}

func TestFinder_KnownKeysInTheirOrderAreFoundWithoutAskingAgain(t *testing.T) {
	asked := 0
	f := keyorder.New(func(key string) int { asked++; return len(key) })
	for range 3 {
		f.Begin()
		for _, key := range []string{"one", "three", "four"} {
			require.Equal(t, len(key), f.Find(key))
		}
	}
	require.Equal(t, 3, asked)
}

func BenchmarkFind(b *testing.B) {
	for _, name := range []string{"copied", "shared"} {
		b.Run(name, func(b *testing.B) { benchmarkFind(b, name == "shared") })
	}
}

func benchmarkFind(b *testing.B, shared bool) {
	keys := strings.Fields("gen_ai.operation.name gen_ai.provider.name gen_ai.request.model gen_ai.response.model server.address server.port " +
		"gen_ai.response.id gen_ai.usage.input_tokens gen_ai.usage.output_tokens user.id")
	f := keyorder.New(func(key string) int { return len(key) })
	if shared {
		for i, key := range keys {
			keys[i] = keyorder.Shared(key)
		}
	}
	for b.Loop() {
		f.Begin()
		for _, key := range keys {
			f.Find(key)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/key")
}
