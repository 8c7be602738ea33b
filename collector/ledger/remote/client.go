package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.Reader = (*Client)(nil)

// Client asks a running collector. It is safe for concurrent use.
type Client struct {
	base  string
	http  *http.Client
	token string
	admin string
}

// ServerError is a refusal of the collector.
type ServerError struct {
	StatusCode int
	Message    string // what the server said, or the status in words
}

func (e *ServerError) Error() string {
	if e.StatusCode == http.StatusUnauthorized {
		return "the ledger API wants a bearer token (401): set --token or SPANLEDGER_TOKEN"
	}
	return fmt.Sprintf("the ledger API answered %d: %s", e.StatusCode, e.Message)
}

// NewClient talks to the API at base, such as "http://127.0.0.1:8890".
func NewClient(base string, opts ...Option) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("server %q: expected a URL such as http://127.0.0.1:8890", base)
	}
	c := newConfig(opts)
	return &Client{base: strings.TrimSuffix(u.String(), "/"), http: c.http, token: c.token, admin: c.admin}, nil
}

// Aggregate implements ledger.Reader.
func (c *Client) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	question, err := queryOf(q)
	if err != nil {
		return nil, err
	}
	var answer groupsAnswer
	if err := c.post(ctx, aggregatePath, question, &answer); err != nil {
		return nil, err
	}
	return answer.Groups, nil
}

// Traces implements ledger.Reader.
func (c *Client) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	var answer tracesAnswer
	if err := c.post(ctx, tracesPath, traceQuery(q), &answer); err != nil {
		return nil, err
	}
	return answer.Traces, nil
}

// Trace implements ledger.Reader.
func (c *Client) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	var trace ledger.Trace
	if err := c.do(ctx, http.MethodGet, tracesPath+"/"+id.String(), nil, &trace); err != nil {
		return nil, err
	}
	return &trace, nil
}

// Logs implements ledger.Reader.
func (c *Client) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	var answer logsAnswer
	if err := c.post(ctx, logsPath, logQuery(q), &answer); err != nil {
		return nil, err
	}
	return answer.Logs, nil
}

// Prefixes implements ledger.Reader. A collector that does not know the
// question is errors.ErrUnsupported.
func (c *Client) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	calls, err := queryOf(q.Query())
	if err != nil {
		return nil, err
	}
	var answer prefixesAnswer
	err = c.post(ctx, prefixesPath, prefixQuery{Calls: calls, Within: q.Within, MinTokens: q.MinTokens}, &answer)
	var refused *ServerError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("prefixes of prompts: %w by the collector: run a newer one", errors.ErrUnsupported)
	}
	return answer.Prefixes, err
}

// Waste implements ledger.Reader. A collector that does not know the question is
// errors.ErrUnsupported.
func (c *Client) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	calls, err := queryOf(q.Query())
	if err != nil {
		return nil, err
	}
	var answer ledger.Waste
	err = c.post(ctx, wastePath, wasteQuery{Calls: calls, Failures: q.Failures, Within: q.Within, MinTokens: q.MinTokens, List: q.Calls}, &answer)
	if unknownTo(err) {
		return nil, fmt.Errorf("waste: %w by the collector: run a newer one", errors.ErrUnsupported)
	}
	return &answer, err
}

// CacheMisses implements ledger.Reader, as Waste does.
func (c *Client) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	calls, err := queryOf(q.Query())
	if err != nil {
		return nil, err
	}
	var answer ledger.CacheMisses
	err = c.post(ctx, cacheMissesPath, cacheQuery{Calls: calls, Within: q.Within, MinTokens: q.MinTokens, List: q.Calls}, &answer)
	if unknownTo(err) {
		return nil, fmt.Errorf("cache misses: %w by the collector: run a newer one", errors.ErrUnsupported)
	}
	return &answer, err
}

// Results implements ledger.Reader, as Waste does.
func (c *Client) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	calls, err := queryOf(q.Query())
	if err != nil {
		return nil, err
	}
	var answer resultsAnswer
	err = c.post(ctx, resultsPath, resultQuery{Calls: calls, Kind: q.Kind, Name: q.Name, PassFrom: q.PassFrom}, &answer)
	if unknownTo(err) {
		return nil, fmt.Errorf("evaluations and outcomes: %w by the collector: run a newer one", errors.ErrUnsupported)
	}
	return answer.Results, err
}

// unknownTo reports a question that the collector does not know.
func unknownTo(err error) bool {
	var refused *ServerError
	return errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound
}

// CallList implements ledger.Reader. A collector that does not know the
// question is errors.ErrUnsupported.
func (c *Client) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	var answer callsAnswer
	err := c.askCalls(ctx, callsPath, q, &answer)
	return answer.Calls, err
}

// Conversations implements ledger.Reader, as CallList does.
func (c *Client) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	var answer conversationsAnswer
	err := c.askCalls(ctx, conversationsPath, q, &answer)
	return answer.Conversations, err
}

func (c *Client) askCalls(ctx context.Context, path string, q ledger.CallQuery, into any) error {
	if err := q.Validate(); err != nil {
		return err
	}
	question, err := callQueryOf(q)
	if err != nil {
		return err
	}
	err = c.post(ctx, path, question, into)
	var refused *ServerError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
		return fmt.Errorf("lists of calls: %w by the collector: run a newer one", errors.ErrUnsupported)
	}
	return err
}

func (c *Client) post(ctx context.Context, path string, question, into any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	return c.do(ctx, http.MethodPost, path, bytes.NewReader(body), into)
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader, into any) error {
	resp, err := c.send(ctx, c.http, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("ledger API: answer of %s: %w", path, err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, client *http.Client, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.admin != "" && strings.HasPrefix(path, OperationsRoot) {
		req.Header.Set(AdminHeader, c.admin)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	return resp, nil
}

// unreachable says where no one answered; method and path of the question, which
// net/http puts in front, help no one.
func (c *Client) unreachable(err error) error {
	var sent *url.Error
	if errors.As(err, &sent) {
		err = sent.Err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("ledger API at %s: %w (hint: check that a collector with the ledger_api extension runs there)", c.base, err)
}

// refusal keeps the error chain across the wire where a caller may act on it.
func refusal(resp *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	var p problem
	if json.Unmarshal(text, &p) != nil || p.Error == "" {
		p.Error = http.StatusText(resp.StatusCode)
	} else if resp.StatusCode == http.StatusNotFound {
		return fmt.Errorf("%w (%s)", ledger.ErrNotFound, resp.Request.URL.Path)
	}
	return &ServerError{StatusCode: resp.StatusCode, Message: p.Error}
}
