package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Scratch opens an empty ledger in a folder next to a file that is exported, on the same
// disk. remove closes it and deletes the folder.
func Scratch(ctx context.Context, file string) (s *Store, remove func() error, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".export-")
	if err != nil {
		return nil, nil, fmt.Errorf("export: %w", err)
	}
	if s, err = Open(ctx, filepath.Join(dir, "ledger.duckdb")); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	remove = func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) }
	if err := s.Migrate(ctx); err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return s, remove, nil
}
