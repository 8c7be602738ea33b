package remote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/reprice"
)

var _ operate.Operator = (*Client)(nil)

// OperationsRoot is where the paths begin that change the ledger.
const OperationsRoot = Root + "operations/"

const (
	retentionPath = OperationsRoot + "retention"
	expirePath    = OperationsRoot + "expire"
	repairPath    = OperationsRoot + "repair"
	repricePath   = OperationsRoot + "reprice"
	voidPath      = OperationsRoot + "void"
	forgetPath    = OperationsRoot + "forget"
)

// AdminHeader carries the token without which a collector changes nothing.
const AdminHeader = "Spanledger-Admin-Token"

// The questions, as they travel.
type (
	periodQuestion struct {
		From  time.Time `json:"from"`
		Until time.Time `json:"until"`
		Apply bool      `json:"apply,omitempty"`
	}
	repriceQuestion struct {
		periodQuestion
		Prices operate.Prices `json:"prices"`
	}
	voidQuestion struct {
		Trace  ledger.TraceID `json:"trace_id"`
		Span   ledger.SpanID  `json:"span_id"`
		Reason string         `json:"reason"`
	}
	forgetQuestion struct {
		User string `json:"user"`
	}
	forgetAnswer struct {
		Calls int64 `json:"calls"`
	}
)

// An operation that takes long answers with a line of JSON for each step, and one for
// its end.
type (
	line struct {
		Progress *step           `json:"progress,omitempty"`
		Result   json.RawMessage `json:"result,omitempty"`
		Error    string          `json:"error,omitempty"`
		Status   int             `json:"status,omitempty"` // of the error
	}
	step struct {
		Done  time.Time `json:"done"`
		Calls int       `json:"calls,omitempty"`
	}
)

// Retention implements operate.Operator.
func (c *Client) Retention(ctx context.Context) (r ledger.Retention, err error) {
	return r, c.operate(ctx, http.MethodGet, retentionPath, nil, &r)
}

// SetRetention implements operate.Operator.
func (c *Client) SetRetention(ctx context.Context, r ledger.Retention) error {
	var kept ledger.Retention
	return c.operate(ctx, http.MethodPut, retentionPath, r, &kept)
}

// Expire implements operate.Operator.
func (c *Client) Expire(ctx context.Context) error {
	var nothing struct{}
	return c.follow(ctx, expirePath, struct{}{}, &nothing, nil)
}

// Repair implements operate.Operator.
func (c *Client) Repair(ctx context.Context, opts settle.RepairOptions) (*settle.Repaired, error) {
	var found settle.Repaired
	err := c.follow(ctx, repairPath, periodQuestion{opts.From, opts.Until, opts.Apply}, &found, func(s step) {
		if opts.Progress != nil {
			opts.Progress(s.Done)
		}
	})
	if err != nil {
		return nil, err
	}
	return &found, nil
}

// Reprice implements operate.Operator: prices override those of the collector.
func (c *Client) Reprice(ctx context.Context, r operate.Repricing) (*reprice.Result, error) {
	var result reprice.Result
	question := repriceQuestion{periodQuestion{r.From, r.Until, r.Apply}, r.Prices}
	err := c.follow(ctx, repricePath, question, &result, func(s step) {
		if r.Progress != nil {
			r.Progress(s.Done, s.Calls)
		}
	})
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// Void implements operate.Operator.
func (c *Client) Void(ctx context.Context, trace ledger.TraceID, span ledger.SpanID, why string) (*ledger.Call, error) {
	var before ledger.Call
	if err := c.operate(ctx, http.MethodPost, voidPath, voidQuestion{trace, span, why}, &before); err != nil {
		return nil, err
	}
	return &before, nil
}

// Forget implements operate.Operator.
func (c *Client) Forget(ctx context.Context, user string) (calls int64, err error) {
	var forgotten forgetAnswer
	err = c.follow(ctx, forgetPath, forgetQuestion{user}, &forgotten, nil)
	return forgotten.Calls, err
}

// operate asks for what is answered at once.
func (c *Client) operate(ctx context.Context, method, path string, question, into any) error {
	var body io.Reader
	if question != nil {
		text, err := json.Marshal(question)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	return unsupported(c.do(ctx, method, path, body, into))
}

// follow asks for what takes long, and tells of each step.
func (c *Client) follow(ctx context.Context, path string, question, into any, tell func(step)) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	resp, err := c.send(ctx, c.http, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return unsupported(c.refusal(resp))
	}
	for lines := json.NewDecoder(resp.Body); ; {
		var l line
		switch err := lines.Decode(&l); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return fmt.Errorf("ledger API: %s ended without a result: %w (hint: repeat the command; completed changes are kept)", path, err)
		case l.Error != "":
			return &ServerError{StatusCode: cmp.Or(l.Status, http.StatusInternalServerError), Message: l.Error}
		case l.Result != nil:
			return json.Unmarshal(l.Result, into)
		case l.Progress != nil && tell != nil:
			tell(*l.Progress)
		}
	}
}

// unsupported says of a collector that does not know an operation what to do.
func unsupported(err error) error {
	if unknownTo(err) {
		return fmt.Errorf("changing the ledger through the collector: %w: run a newer one, or stop it and name the ledger with --store", errors.ErrUnsupported)
	}
	return err
}
