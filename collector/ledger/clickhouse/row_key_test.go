package clickhouse

import "testing"

func TestNewest_SaysWhereRowsOfOneVersionDiffer(t *testing.T) {
	type row struct {
		key, version int64
		billed       bool
	}
	for _, test := range []struct {
		name string
		rows []row
		tied bool
	}{
		{"one row", []row{{1, 1, true}}, false},
		{"the same row twice", []row{{1, 1, true}, {1, 1, true}}, false},
		{"two verdicts in one version", []row{{1, 1, true}, {1, 1, false}}, true},
		{"a later version decides", []row{{1, 1, true}, {1, 1, false}, {1, 2, true}}, false},
		{"a later version that came first decides", []row{{1, 2, true}, {1, 1, true}, {1, 1, false}}, false},
		{"of three of one version two differ", []row{{1, 1, true}, {2, 1, true}, {1, 1, true}, {1, 1, false}}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, tied := newest(test.rows, func(r *row) (rowKey, int64) { return rowKey{day: r.key}, r.version },
				func(a, b *row) bool { return a.billed == b.billed })
			if tied != test.tied {
				t.Errorf("tied: %v, want %v", tied, test.tied)
			}
		})
	}
}
