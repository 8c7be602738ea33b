package e2e_test

import (
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

const database = "spanledger"

type clickhouse struct {
	http string // URL of the HTTP interface
	dsn  string // for the collector
}

func startClickHouse(t *testing.T) clickhouse {
	t.Helper()
	s := clickhousetest.Start(t)
	return clickhouse{http: "http://" + s.HTTPAddr, dsn: s.DSN(database)}
}

// row runs a query over the HTTP interface and returns the fields of the only
// row of its answer.
func (c clickhouse) row(t *testing.T, query string) ([]string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		c.http+"/?database="+url.QueryEscape(database), strings.NewReader(query+" FORMAT TabSeparated"))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("clickhouse: %s: %.300s", res.Status, body)
	}
	return strings.Split(strings.TrimSuffix(string(body), "\n"), "\t"), nil
}

// ledgerTotals are sums over the billable calls of the ledger.
type ledgerTotals struct {
	calls, errors, unpriced                         int
	input, output, cacheRead, cacheWrite, reasoning int64
	cost                                            *big.Rat
}

func (c clickhouse) totals(t *testing.T) (ledgerTotals, error) {
	t.Helper()
	fields, err := c.row(t, `
		SELECT count(), countIf(is_error), countIf(cost_status = 'unpriced' AND input_tokens > 0),
			sum(input_tokens), sum(output_tokens), sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens),
			toString(ifNull(sum(cost), 0))
		FROM llm_calls WHERE billable`)
	if err != nil {
		return ledgerTotals{}, err
	}
	require.Len(t, fields, 9)
	var n [8]int64
	for i := range n {
		if n[i], err = strconv.ParseInt(fields[i], 10, 64); err != nil {
			return ledgerTotals{}, err
		}
	}
	return ledgerTotals{
		calls: int(n[0]), errors: int(n[1]), unpriced: int(n[2]),
		input: n[3], output: n[4], cacheRead: n[5], cacheWrite: n[6], reasoning: n[7],
		cost: rat(t, fields[8]),
	}, nil
}

// callsOf is the number of calls of one trace.
func (c clickhouse) callsOf(t *testing.T, trace string) (int, error) {
	t.Helper()
	fields, err := c.row(t, `SELECT count() FROM llm_calls WHERE billable AND lower(toString(trace_id)) = '`+trace+`'`)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(fields[0])
}
