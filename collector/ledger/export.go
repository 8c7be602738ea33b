package ledger

import (
	"context"
	"time"
)

// ExportQuery chooses the rows of a file.
type ExportQuery struct {
	Table  string    `json:"table"`  // calls, logs
	Format string    `json:"format"` // parquet, csv
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
}

// FileExporter writes rows to a file.
type FileExporter interface {
	// ExportFile writes the rows of the query to a file, over one that is there,
	// and returns how many. It is parquet or CSV, in order of start.
	ExportFile(ctx context.Context, q ExportQuery, file string) (rows int64, err error)
}
