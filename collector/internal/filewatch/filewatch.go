// Package filewatch tells when files have changed, however they are replaced.
package filewatch

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// rest is how long a folder must be quiet before its files are read: editors and
// copies write in several steps.
const rest = 100 * time.Millisecond

// Watcher follows files until Stop.
type Watcher struct {
	notify *fsnotify.Watcher
	done   chan struct{} // closed when Follow's goroutine has ended; nil before
}

// New begins to note changes of the files, so that none is missed that happens
// while they are read for the first time.
//
// Folders are watched rather than files: replacing a file by renaming another
// over it, as editors and mounted config maps do, ends a watch on the file.
func New(paths []string) (*Watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	for _, path := range paths {
		folder := filepath.Dir(path)
		if slices.Contains(notify.WatchList(), folder) {
			continue
		}
		if err := notify.Add(folder); err != nil {
			_ = notify.Close()
			return nil, fmt.Errorf("watch the folder of %s: %w", path, err)
		}
	}
	return &Watcher{notify: notify}, nil
}

// Follow calls changed, from a goroutine of its own, whenever a folder of the
// files has changed and come to rest, and failed with what goes wrong meanwhile;
// the watcher continues after that.
func (w *Watcher) Follow(changed func(), failed func(error)) {
	w.done = make(chan struct{})
	go w.follow(changed, failed)
}

// Stop ends following; changed is not called afterwards. A nil watcher has
// nothing to end.
func (w *Watcher) Stop() error {
	if w == nil {
		return nil
	}
	err := w.notify.Close()
	if w.done != nil {
		<-w.done
	}
	return err
}

func (w *Watcher) follow(changed func(), failed func(error)) {
	defer close(w.done)
	quiet := time.NewTimer(rest)
	quiet.Stop()
	defer quiet.Stop()
	for {
		select {
		case _, open := <-w.notify.Events:
			if !open {
				return
			}
			quiet.Reset(rest)
		case err, open := <-w.notify.Errors:
			if !open {
				return
			}
			failed(err)
		case <-quiet.C:
			changed()
		}
	}
}
