package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/spanledger/spanledger/collector/internal/durable"
)

// queueFolder is where `spanledger up` queues what is not stored yet, next to the
// ledger.
const queueFolder = "queue"

// queueFiles begin the names of the collector's queues, rewriting ends those of
// files that a command was interrupted at.
const (
	queueFiles = "exporter_"
	rewriting  = ".rewriting"
)

// compactQueues rewrites the queues of a folder with what they still hold: what
// was delivered leaves its text in their free pages.
func compactQueues(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !strings.HasPrefix(entry.Name(), queueFiles) || strings.HasSuffix(entry.Name(), rewriting) {
			continue
		}
		if err := compactQueue(filepath.Join(folder, entry.Name())); err != nil {
			return fmt.Errorf("queue %s: %w", entry.Name(), err)
		}
	}
	return nil
}

func compactQueue(path string) (err error) {
	const transaction = 1 << 20 // bytes copied at a time
	source, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	draft := path + rewriting
	defer func() {
		if err != nil {
			_ = os.Remove(draft)
		}
	}()
	_ = os.Remove(draft)
	target, err := bbolt.Open(draft, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return errors.Join(err, source.Close())
	}
	err = bbolt.Compact(target, source, transaction)
	if err = errors.Join(err, target.Close(), source.Close()); err != nil {
		return err
	}
	return durable.Replace(draft, path)
}
