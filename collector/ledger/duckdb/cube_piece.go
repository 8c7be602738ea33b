package duckdb

import (
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// piece holds the sums of a stretch.
type piece struct {
	stretch
	words *dictionary // of the keys
	used  int64
	stale bool // it does not follow what is written

	mu     sync.RWMutex // of what is below, which writes change
	rows   []cubeRow
	places map[cubeKey]int // of rows; nil until one is added to
	last   int64           // the latest start of a call in it
}

// cubeKey is the values of a row by the dimensions of its cube.
type cubeKey [maxCubeDimensions]word

type cubeRow struct {
	key    cubeKey
	totals ledger.Totals
}

func newPiece(s stretch) *piece { return &piece{stretch: s, last: s.from - 1} }

// ends says whether no call in the piece starts at a time or later.
func (p *piece) ends(until int64) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.last < until
}

// isWhole says whether the piece is one that questions ask for again: an hour or a day.
func (p *piece) isWhole() bool {
	length := time.Duration(p.until - p.from)
	return length == time.Hour || length == day
}

// read sets what the tables have. Rows that were written meanwhile are there already.
func (p *piece) read(rows []cubeRow, last int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	written := p.rows
	p.rows, p.places, p.last = rows, nil, max(p.last, last)
	for i := range written {
		p.addRow(&written[i])
	}
}

// add adds a call, and returns how many rows that took.
func (p *piece) add(row *cubeRow, start int64) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = max(p.last, start)
	return p.addRow(row)
}

func (p *piece) addRow(row *cubeRow) int {
	if p.places == nil {
		p.places = make(map[cubeKey]int, len(p.rows))
		for i := range p.rows {
			p.places[p.rows[i].key] = i
		}
	}
	if i, known := p.places[row.key]; known {
		p.rows[i].totals = p.rows[i].totals.Add(row.totals)
		return 0
	}
	p.places[row.key] = len(p.rows)
	p.rows = append(p.rows, *row)
	return 1
}
