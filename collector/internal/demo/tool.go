package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/spanledger/spanledger/tracing"
)

// Tools of the researcher.
const (
	searchTool  = "search_documents"
	figuresTool = "query_warehouse"
)

var errWarehouseBusy = errors.New("warehouse: too many queries, try again")

// runTool takes the time a real look-up takes. What it finds, and that the
// warehouse is busy now and then, depends on its arguments alone, so that a
// seed decides the whole run.
func runTool(ctx context.Context, name, arguments string) (result string, err error) {
	ctx, tool := tracing.StartTool(ctx, name)
	defer func() { tool.End(err) }()

	h := fnv.New32a()
	h.Write([]byte(name + arguments))
	luck := h.Sum32() % 100

	select {
	case <-time.After(time.Duration(20+luck) * time.Millisecond):
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	if !json.Valid([]byte(arguments)) {
		return "", fmt.Errorf("%s: arguments are not JSON", name)
	}
	switch name {
	case searchTool:
		return fmt.Sprintf(`{"hits": %d, "best": "Minutes of week %d"}`, 1+luck%7, 1+luck%52), nil
	case figuresTool:
		if luck < 12 {
			return "", errWarehouseBusy
		}
		return fmt.Sprintf(`{"value": %d}`, 1000+luck*37), nil
	}
	return "", fmt.Errorf("no tool %q", name)
}
