package duckdb

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// piecesOf returns the pieces of a question: those that are kept, and the others as they
// are read.
func (s *Store) piecesOf(ctx context.Context, cube *cube, wanted []stretch) ([]*piece, error) {
	found, err := cube.find(wanted)
	if err != nil || complete(found) {
		return found, err
	}
	cube.building.Lock()
	defer cube.building.Unlock()
	found, err = cube.find(wanted) // maybe made meanwhile
	if err != nil {
		return nil, err
	}
	room := cube.room(found)
	var missing []*piece
	for i := range found {
		if found[i] == nil {
			found[i] = &piece{stretch: wanted[i]}
			missing = append(missing, found[i])
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	words := cube.begin(missing)
	for _, p := range missing {
		p.words = words
	}
	for _, run := range runs(missing) {
		if err = s.readPieces(ctx, cube.layout, run, words, &room); err != nil {
			break
		}
	}
	if errors.Is(err, errTooManyRows) {
		cube.tooMany(len(wanted))
	}
	cube.end(err == nil)
	return found, err
}

// errTooManyRows reports a question that the tables answer faster.
var errTooManyRows = errors.New("more groups than are kept in memory")

// room is how many more rows a question may have than the pieces that are kept.
func (l *layout) room(kept []*piece) int {
	if l.maxRows == 0 {
		return math.MaxInt
	}
	room := l.maxRows
	for _, p := range kept {
		if p != nil {
			room -= len(p.rows)
		}
	}
	return room
}

func complete(pieces []*piece) bool {
	for _, p := range pieces {
		if p == nil {
			return false
		}
	}
	return true
}

// runs divides pieces into those that follow each other, which one statement reads.
func runs(pieces []*piece) (all [][]*piece) {
	for i, p := range pieces {
		if i > 0 && pieces[i-1].until == p.from {
			all[len(all)-1] = append(all[len(all)-1], p)
			continue
		}
		all = append(all, []*piece{p})
	}
	return all
}

// placeIn is the expression of the place in its run of the piece that a call starts in.
// Of neighbors of equal length, a division finds the right one.
func placeIn(run []*piece) string {
	const instant = "epoch_ns(start_time)"
	var cases strings.Builder
	for i := 0; i < len(run); {
		from, length, n := run[i].from, run[i].until-run[i].from, 1
		for i+n < len(run) && run[i+n].until-run[i+n].from == length {
			n++
		}
		fmt.Fprintf(&cases, " WHEN %s < %d THEN %d + (%s - %d) // %d", instant, run[i+n-1].until, i, instant, from, length)
		i += n
	}
	return "CASE" + cases.String() + " END"
}

// cubeData fills cube.sql.
type cubeData struct {
	sqlbuild.Selection
	Piece string
}

// readPieces reads a run of pieces, and takes its rows from the room that there is.
func (s *Store) readPieces(ctx context.Context, l *layout, run []*piece, words *dictionary, room *int) error {
	first, last := run[0], run[len(run)-1]
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, ledger.Query{
		From: time.Unix(0, first.from), Until: time.Unix(0, last.until), By: l.dimensions,
	})
	if err != nil {
		return err
	}
	data := cubeData{Selection: asked.Selection, Piece: placeIn(run)}
	if l.userKnown {
		data.Dimensions = append(data.Dimensions, userKnown)
	}
	statement, err := render("cube.sql", data)
	if err != nil {
		return err
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var (
		place  int
		values = make([]string, l.places())
		t      ledger.Totals
	)
	f := fields{&place}
	columns.Keys(&f, values)
	columns.Totals(&f, &t)
	for rows.Next() {
		if err := rows.Scan(f...); err != nil {
			return err
		}
		if place < 0 || place >= len(run) {
			return fmt.Errorf("sums: piece %d of %d", place, len(run))
		}
		if *room--; *room < 0 {
			return errTooManyRows
		}
		row := cubeRow{totals: t}
		words.add(values, row.key[:])
		run[place].rows = append(run[place].rows, row)
	}
	return rows.Err()
}

// keptSince returns the first day, since 1970, that is not archived.
func (s *Store) keptSince(ctx context.Context) (int64, error) {
	c := s.cubes.fewValues
	c.mu.Lock()
	kept, changes := c.kept, c.changes
	c.mu.Unlock()
	if kept != nil {
		return *kept, nil
	}
	first, err := firstKeptDay(ctx, s.sql)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == changes {
		c.kept = &first
	}
	return first, nil
}
