package clickhousetest

import (
	"context"
	_ "embed"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

//go:embed calls.sql
var callStatement string

//go:embed spans.sql
var spanStatement string

// fillChunk is how many rows one statement makes, which bounds its memory.
const fillChunk = 2_000_000

// Calls are synthetic calls, five a run, with the agent spans of their runs.
type Calls struct {
	Number int
	Days   int       // over which the runs are spread
	Until  time.Time // end of the last day
}

// Fill has the server insert calls into the tables of a ledger, by the same tables and
// views as a collector. A hundred million take about 10 GB of disk.
func (s *Server) Fill(ctx context.Context, database string, c Calls) error {
	for _, made := range []struct {
		statement string
		number    int
	}{{callStatement, c.Number}, {spanStatement, c.Number / 5}} {
		for first := 0; first < made.number; first += fillChunk {
			if _, err := s.QueryIn(ctx, database, made.statement,
				"first", strconv.Itoa(first), "count", strconv.Itoa(min(fillChunk, made.number-first)), "total", strconv.Itoa(c.Number),
				"days", strconv.Itoa(c.Days), "until", strconv.FormatInt(c.Until.Unix(), 10)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Merged waits until the server merges no parts, which it does for minutes after Fill.
func (s *Server) Merged(ctx context.Context) error {
	for {
		merges, err := s.Query(ctx, "SELECT count() FROM system.merges")
		if err != nil || strings.TrimSpace(merges) == "0" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// Cool starts the server again, with its files out of the kernel's cache.
func (s *Server) Cool(ctx context.Context) error {
	s.Kill()
	err := filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_ = unix.Fdatasync(int(file.Fd())) // only what is written can be dropped
		return unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
	if err != nil {
		return err
	}
	return s.Restart(ctx)
}
