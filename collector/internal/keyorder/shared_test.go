package keyorder

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestShared_IsOneCopyForAllAndKeepsNoRequest(t *testing.T) {
	var keys table
	request := "a key of a span in a request"
	first, second := keys.copyOf(request[:5]), keys.copyOf(strings.Clone("a key"))
	require.Equal(t, "a key", first)
	require.Same(t, unsafe.StringData(first), unsafe.StringData(second))
	require.NotSame(t, unsafe.StringData(request), unsafe.StringData(first))
	require.Empty(t, keys.copyOf(""))
	for i := range 2 * maxKeys {
		key := fmt.Sprint("key ", i)
		require.Equal(t, key, keys.copyOf(key))
	}
	long := strings.Repeat("k", 10*maxLength)
	require.Equal(t, long, keys.copyOf(long))
	require.Len(t, keys.keys, maxKeys)
}
