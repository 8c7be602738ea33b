package clickhousetest_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

func query(t *testing.T, s *clickhousetest.Server, statement string, parameters ...string) string {
	t.Helper()
	out, err := s.Query(t.Context(), statement, parameters...)
	require.NoError(t, err)
	return out
}

func TestServer_DecimalsComeBackExactly(t *testing.T) {
	s, db := clickhousetest.Shared(t)
	query(t, s, "CREATE DATABASE "+db)
	query(t, s, "CREATE TABLE "+db+".t (id UInt64, amount Decimal(38, 18)) ENGINE = ReplacingMergeTree ORDER BY id")
	query(t, s, "INSERT INTO "+db+".t VALUES (1, 0.000000000000000001), (2, 12345678901234567890.5)")
	require.Equal(t, "12345678901234567890.500000000000000001", query(t, s, "SELECT toString(sum(amount)) FROM "+db+".t FINAL"))
	require.Equal(t, "2\thello", query(t, s, "SELECT {n:UInt64}, {s:String}", "n", "2", "s", "hello"))
}

func TestServer_TestsDoNotSeeEachOther(t *testing.T) {
	s, one := clickhousetest.Shared(t)
	_, two := clickhousetest.Shared(t)
	require.NotEqual(t, one, two)
	require.Equal(t, "0", query(t, s, "SELECT count() FROM system.databases WHERE name IN ({a:String}, {b:String})", "a", one, "b", two))
}

func TestServer_WhatWasStoredSurvivesAKill(t *testing.T) {
	s := clickhousetest.Start(t)
	query(t, s, "CREATE DATABASE kept")
	query(t, s, "CREATE TABLE kept.t (id UInt64) ENGINE = MergeTree ORDER BY id")
	query(t, s, "INSERT INTO kept.t SELECT number FROM numbers(1000)")
	pid := s.PID()
	s.Kill()
	_, err := s.Query(t.Context(), "SELECT 1")
	require.Error(t, err)
	require.NoError(t, s.Restart(t.Context()))
	require.NotEqual(t, pid, s.PID())
	require.Equal(t, "1000", query(t, s, "SELECT count() FROM kept.t"))
}
