package attribution

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"
)

// rest is how long a folder must be quiet before its tables are read: editors
// and copies write in several steps.
const rest = 100 * time.Millisecond

// Source holds the tables in use and follows their files.
type Source struct {
	paths    []string
	logger   *zap.Logger
	reloaded func(ok bool)

	tables  atomic.Pointer[[]*Table]
	content [][]byte // of each file, as it was last looked at
	current []*Table
	watcher *fsnotify.Watcher
	done    chan struct{}
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
	for i := range s.paths {
		if err := s.read(i); err != nil {
			return fmt.Errorf("attribution: %w", err)
		}
	}
	s.publish()
	var err error
	if s.watcher, err = fsnotify.NewWatcher(); err != nil {
		return fmt.Errorf("attribution: watch: %w", err)
	}
	// Folders are watched rather than files: replacing a file by renaming
	// another over it, as editors and mounted config maps do, ends a watch on
	// the file itself.
	for _, path := range s.paths {
		folder := filepath.Dir(path)
		if slices.Contains(s.watcher.WatchList(), folder) {
			continue
		}
		if err := s.watcher.Add(folder); err != nil {
			_ = s.watcher.Close()
			s.watcher = nil
			return fmt.Errorf("attribution: watch the folder of %s: %w", path, err)
		}
	}
	s.done = make(chan struct{})
	go s.follow()
	return nil
}

// Stop ends following. It may be called without Start.
func (s *Source) Stop() error {
	if s.watcher == nil {
		return nil
	}
	err := s.watcher.Close()
	<-s.done
	s.watcher = nil
	return err
}

func (s *Source) follow() {
	defer close(s.done)
	quiet := time.NewTimer(rest)
	quiet.Stop()
	for {
		select {
		case _, open := <-s.watcher.Events:
			if !open {
				return
			}
			quiet.Reset(rest)
		case err, open := <-s.watcher.Errors:
			if !open {
				return
			}
			s.logger.Warn("watching the attribution tables failed once", zap.Error(err))
		case <-quiet.C:
			for i, path := range s.paths {
				if err := s.read(i); err != nil {
					s.logger.Error("attribution table refused; the one in use stays", zap.String("file", path), zap.Error(err))
				}
			}
			s.publish()
		}
	}
}

// read takes a file into use if it has changed and can be used.
func (s *Source) read(i int) error {
	data, err := os.ReadFile(s.paths[i])
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
