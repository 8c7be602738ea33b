package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/tracing"
)

// Tools of the researcher.
const (
	searchTool  = "search_documents"
	figuresTool = "query_warehouse"
	archiveTool = "search_archive" // fails always
)

var errArchive = errors.New("the archive is being moved")

// runTool looks something up. What it finds depends on its arguments alone, so
// that a seed decides the whole run.
func (v *vendors) runTool(ctx context.Context, name, arguments string) (result string, err error) {
	ctx, tool := tracing.StartTool(ctx, name)
	defer func() { tool.End(err) }()

	if !json.Valid([]byte(arguments)) {
		return "", fmt.Errorf("%s: arguments are not JSON", name)
	}
	switch name {
	case searchTool:
		return searchDocuments(ctx, arguments)
	case figuresTool:
		return v.warehouse.query(ctx, arguments)
	}
	if name == archiveTool {
		return "", errArchive
	}
	return "", fmt.Errorf("no tool %q", name)
}

func searchDocuments(ctx context.Context, arguments string) (string, error) {
	luck := luckOf(searchTool + arguments)
	select {
	case <-time.After(lookUpTime(luck)):
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	return fmt.Sprintf(`{"hits": %d, "best": "Minutes of week %d"}`, 1+luck%7, 1+luck%52), nil
}
