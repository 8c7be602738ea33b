package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger/outcomes"
)

const outcomesPath = "/v1/outcomes"

// outcomesAtOnce is how many statements one request has.
const outcomesAtOnce = 5000

// RecordOutcomes has the collector store statements about outcomes.
func (c *Client) RecordOutcomes(ctx context.Context, statements []outcomes.Statement) error {
	for some := range slices.Chunk(statements, outcomesAtOnce) {
		body, err := json.Marshal(map[string]any{"outcomes": some})
		if err != nil {
			return err
		}
		var answer struct {
			Stored int `json:"stored"`
		}
		err = c.do(ctx, http.MethodPost, outcomesPath, bytes.NewReader(body), &answer)
		if unknownTo(err) {
			return fmt.Errorf("outcomes: %w by the collector: run a newer one", errors.ErrUnsupported)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
