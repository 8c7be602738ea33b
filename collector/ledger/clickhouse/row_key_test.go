package clickhouse

import (
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

func TestNewest_SaysWhereVersionsOfOneNumberDiffer(t *testing.T) {
	row := func(key byte, number int64, billed bool) version {
		return version{settle.Node{Span: ledger.SpanID{key}, Billable: billed}, number}
	}
	for _, test := range []struct {
		name string
		rows []version
		tied bool
	}{
		{"one row", []version{row(1, 1, true)}, false},
		{"the same row twice", []version{row(1, 1, true), row(1, 1, true)}, false},
		{"two verdicts in one version", []version{row(1, 1, true), row(1, 1, false)}, true},
		{"a later version decides", []version{row(1, 1, true), row(1, 1, false), row(1, 2, true)}, false},
		{"a later version that came first decides", []version{row(1, 2, true), row(1, 1, true), row(1, 1, false)}, false},
		{"of three of one version two differ", []version{row(1, 1, true), row(2, 1, true), row(1, 1, true), row(1, 1, false)}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, tied := newest(test.rows); tied != test.tied {
				t.Errorf("tied: %v, want %v", tied, test.tied)
			}
		})
	}
}
