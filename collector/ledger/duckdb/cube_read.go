package duckdb

import (
	"context"
	"database/sql"
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
func (s *Store) piecesOf(ctx context.Context, cube *cube, wanted []want) ([]*piece, error) {
	found, err := cube.find(wanted)
	if err != nil || complete(found) {
		return found, err
	}
	cube.building.Lock()
	defer cube.building.Unlock()
	if found, err = cube.find(wanted); err != nil { // maybe made meanwhile
		return nil, err
	}
	room := cube.room(found)
	for _, exactly := range []bool{false, true} {
		missing := cube.missing(found, wanted, exactly)
		if len(missing) == 0 {
			break
		}
		if err = s.readMissing(ctx, cube, missing, &room); err != nil {
			break
		}
		for i, p := range found {
			if !exactly && !p.ends(wanted[i].until) {
				found[i] = nil
			}
		}
	}
	if errors.Is(err, errTooManyRows) {
		cube.tooMany(len(wanted))
	}
	return found, err
}

// readMissing reads pieces as the tables have them at one moment.
func (s *Store) readMissing(ctx context.Context, cube *cube, missing []*piece, room *int) error {
	tx, err := s.beginReading(ctx, cube, missing)
	if err != nil {
		return err
	}
	defer rollback(tx)
	for _, run := range runs(missing) {
		if err = s.readPieces(ctx, tx, cube.layout, run, room); err != nil {
			break
		}
	}
	cube.end(err == nil)
	return err
}

// A moment between two commits is looked for a few times: they are short but for
// checkpoints.
const (
	snapshotTries = 5
	snapshotPause = 20 * time.Millisecond
)

// beginReading begins a transaction in which pieces are read, if possible one of which it
// is known which writes it has.
func (s *Store) beginReading(ctx context.Context, cube *cube, missing []*piece) (*sql.Tx, error) {
	for try := 1; ; try++ {
		writes, committing := cube.state()
		if !committing || try == snapshotTries {
			tx, err := s.sql.snapshot(ctx)
			if err != nil {
				return nil, err
			}
			if cube.begin(missing, writes, try == snapshotTries) {
				return tx, nil
			}
			rollback(tx)
		}
		time.Sleep(snapshotPause)
	}
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
func (s *Store) readPieces(ctx context.Context, tx *sql.Tx, l *layout, run []*piece, room *int) error {
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
	rows, err := tx.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var (
		place  int
		start  int64
		values = make([]string, l.places())
		t      ledger.Totals
		read   = make([][]cubeRow, len(run))
		latest = make([]int64, len(run))
	)
	f := fields{&place, &start}
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
		run[place].words.add(values, row.key[:])
		read[place] = append(read[place], row)
		latest[place] = max(latest[place], start)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i, p := range run {
		p.read(read[i], latest[i])
	}
	return nil
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
