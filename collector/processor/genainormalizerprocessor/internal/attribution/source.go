package attribution

import (
	"bytes"
	"fmt"
	"slices"
	"sync/atomic"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/internal/filewatch"
	"github.com/spanledger/spanledger/collector/internal/plainfile"
)

// Source holds the tables in use and follows their files.
type Source struct {
	paths    []string
	logger   *zap.Logger
	reloaded func(ok bool)

	tables  atomic.Pointer[[]*Table]
	content [][]byte // of each file, as it was last looked at
	current []*Table
	watcher *filewatch.Watcher
}

// NewSource returns a source of the tables in paths, in this order. reloaded is
// told of every file that was read and taken or refused.
func NewSource(paths []string, logger *zap.Logger, reloaded func(ok bool)) *Source {
	s := &Source{
		paths: paths, logger: logger, reloaded: reloaded,
		content: make([][]byte, len(paths)), current: make([]*Table, len(paths)),
	}
	s.tables.Store(&[]*Table{})
	return s
}

// Tables are the tables in use.
func (s *Source) Tables() []*Table { return *s.tables.Load() }

// Start reads the tables and begins to follow their files. A table that cannot
// be read at the start is an error; later, the last good one stays in use.
func (s *Source) Start() error {
	if len(s.paths) == 0 {
		return nil
	}
	watcher, err := filewatch.New(s.paths)
	if err != nil {
		return fmt.Errorf("attribution: %w", err)
	}
	for i := range s.paths {
		if err := s.read(i); err != nil {
			_ = watcher.Stop()
			return fmt.Errorf("attribution: %w", err)
		}
	}
	s.publish()
	s.watcher = watcher
	s.watcher.Follow(s.reload, func(err error) {
		s.logger.Warn("cannot watch the attribution tables", zap.Error(err))
	})
	return nil
}

// Stop ends following. It may be called without Start.
func (s *Source) Stop() error {
	err := s.watcher.Stop()
	s.watcher = nil
	return err
}

// reload reads the tables that have changed.
func (s *Source) reload() {
	for i, path := range s.paths {
		if err := s.read(i); err != nil {
			s.logger.Error("attribution table rejected; the previous one stays in use", zap.String("file", path), zap.Error(err))
		}
	}
	s.publish()
}

// read takes a file into use if it has changed and can be used.
func (s *Source) read(i int) error {
	data, err := plainfile.Read(s.paths[i])
	if err == nil {
		if s.content[i] != nil && bytes.Equal(s.content[i], data) {
			return nil
		}
		s.content[i] = data
		var t *Table
		if t, err = Parse(s.paths[i], data); err == nil {
			s.current[i] = t
		}
	}
	s.reloaded(err == nil)
	return err
}

func (s *Source) publish() {
	tables := slices.Clone(s.current)
	s.tables.Store(&tables)
}
