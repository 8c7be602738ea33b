package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/spanledger/spanledger/collector/ledger/outcomes"
)

const outcomesPath = "/v1/outcomes"

// outcomesAtOnce and outcomeBytes bound one request. The collector takes twice as much.
const (
	outcomesAtOnce = 5000
	outcomeBytes   = 4 << 20
)

// RecordOutcomes has the collector store statements about outcomes.
func (c *Client) RecordOutcomes(ctx context.Context, statements []outcomes.Statement) error {
	var some []json.RawMessage
	size := 0
	for i := range statements {
		text, err := json.Marshal(&statements[i])
		if err != nil {
			return err
		}
		if len(some) == outcomesAtOnce || size+len(text) > outcomeBytes && size > 0 {
			if err := c.postOutcomes(ctx, some); err != nil {
				return err
			}
			some, size = some[:0], 0
		}
		some, size = append(some, text), size+len(text)+1
	}
	if len(some) == 0 {
		return nil
	}
	return c.postOutcomes(ctx, some)
}

func (c *Client) postOutcomes(ctx context.Context, some []json.RawMessage) error {
	body, err := json.Marshal(map[string]any{"outcomes": some})
	if err != nil {
		return err
	}
	var answer struct {
		Stored int `json:"stored"`
	}
	err = c.do(ctx, http.MethodPost, outcomesPath, bytes.NewReader(body), &answer)
	if unknownTo(err) {
		return fmt.Errorf("outcomes: %w by the collector: run a newer one, or give the address of its ledger_api", errors.ErrUnsupported)
	}
	return err
}
