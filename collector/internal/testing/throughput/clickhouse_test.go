package throughput_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

func ask(b *testing.B, server *clickhousetest.Server, query string) string {
	b.Helper()
	answer, err := server.Query(b.Context(), query)
	require.NoError(b, err)
	return answer
}

func number(b *testing.B, server *clickhousetest.Server, query string) int64 {
	b.Helper()
	n, err := strconv.ParseInt(ask(b, server, query), 10, 64)
	require.NoError(b, err)
	return n
}
