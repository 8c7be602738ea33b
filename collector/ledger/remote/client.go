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
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/internal/httpclient"
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
	Message    string // what the server said, or the status in words; with 401, what to do
}

func (e *ServerError) Error() string {
	if e.StatusCode == http.StatusUnauthorized {
		return e.Message
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
	return postList[ledger.Group](ctx, c, groupList, question)
}

// KeptSums implements ledger.Reader. An older collector is asked for the calls by status.
func (c *Client) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	question, err := queryOf(q)
	if err != nil {
		return nil, err
	}
	answer := listAnswer[ledger.Group]{name: keptList.name}
	if err = c.post(ctx, keptList.path, question, &answer); unknownTo(err) {
		return ledger.KeptSums(ctx, c.Aggregate, q)
	}
	return answer.items, err
}

// Traces implements ledger.Reader.
func (c *Client) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return postList[ledger.TraceSummary](ctx, c, traceList, traceQuery(q))
}

// Trace implements ledger.Reader.
func (c *Client) Trace(ctx context.Context, id ledger.TraceID) (*ledger.Trace, error) {
	var trace ledger.Trace
	if err := c.do(ctx, http.MethodGet, tracesPath+"/"+id.String(), nil, &trace); err != nil {
		return nil, c.ofEveryVersion(err)
	}
	return &trace, nil
}

// FoldedTrace implements ledger.Reader. An older collector answers with the whole trace.
func (c *Client) FoldedTrace(ctx context.Context, q ledger.FoldQuery) (*ledger.Trace, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if q.MaxSpans == 0 {
		return c.Trace(ctx, q.Trace)
	}
	asked := url.Values{maxSpansParameter: {strconv.Itoa(q.MaxSpans)}}
	if q.Span != (ledger.SpanID{}) {
		asked.Set(spanParameter, q.Span.String())
	}
	var trace ledger.Trace
	if err := c.do(ctx, http.MethodGet, tracesPath+"/"+q.Trace.String()+"?"+asked.Encode(), nil, &trace); err != nil {
		return nil, c.ofEveryVersion(err)
	}
	return &trace, nil
}

// Logs implements ledger.Reader.
func (c *Client) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return postList[ledger.Log](ctx, c, logList, logQuery(q))
}

// Prefixes implements ledger.Reader.
func (c *Client) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	return askList[ledger.PrefixUse](ctx, c, prefixList, "prefixes of prompts", &q, func(calls query) any {
		return prefixQuery{Calls: calls, Within: q.Within, MinTokens: q.MinTokens}
	})
}

// Contexts implements ledger.Reader.
func (c *Client) Contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	return askList[ledger.ContextUse](ctx, c, contextList, "parts of the context", &q, func(calls query) any { return contextQuery{Calls: calls} })
}

// Waste implements ledger.Reader.
func (c *Client) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	answer := &ledger.Waste{}
	err := c.ask(ctx, wastePath, "waste", &q, answer, func(calls query) any {
		return wasteQuery{cacheQueryOf(calls, &q.CacheQuery), q.Failures}
	})
	return answer, err
}

// CacheMisses implements ledger.Reader.
func (c *Client) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	answer := &ledger.CacheMisses{}
	err := c.ask(ctx, cacheMissesPath, "cache misses", &q, answer, func(calls query) any { return cacheQueryOf(calls, &q) })
	return answer, err
}

// Results implements ledger.Reader.
func (c *Client) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	return askList[ledger.ResultGroup](ctx, c, resultList, "evaluations and outcomes", &q, func(calls query) any {
		return resultQuery{Calls: calls, Kind: q.Kind, Name: q.Name, PassFrom: q.PassFrom}
	})
}

// CallList implements ledger.Reader.
func (c *Client) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	return askList[ledger.Call](ctx, c, callList, "lists of calls", &q, func(calls query) any { return callQueryOf(calls, &q) })
}

// Conversations implements ledger.Reader.
func (c *Client) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	return askList[ledger.Conversation](ctx, c, conversationList, "lists of calls", &q, func(calls query) any { return callQueryOf(calls, &q) })
}

// callQuestion is about calls.
type callQuestion interface {
	Validate() error
	Query() ledger.Query
}

// ask sends a question, which wire completes. One that the collector does not know is
// errors.ErrUnsupported.
func (c *Client) ask(ctx context.Context, path, name string, q callQuestion, into any, wire func(query) any) error {
	if err := q.Validate(); err != nil {
		return err
	}
	calls, err := queryOf(q.Query())
	if err != nil {
		return err
	}
	err = c.post(ctx, path, wire(calls), into)
	if unknownTo(err) {
		return fmt.Errorf("%s: %w by the collector: run a newer one, or give the address of its ledger_api", name, errors.ErrUnsupported)
	}
	return err
}

func askList[T any](ctx context.Context, c *Client, list listPath, name string, q callQuestion, wire func(query) any) ([]T, error) {
	answer := listAnswer[T]{name: list.name}
	err := c.ask(ctx, list.path, name, q, &answer, wire)
	return answer.items, err
}

func postList[T any](ctx context.Context, c *Client, list listPath, question any) ([]T, error) {
	answer := listAnswer[T]{name: list.name}
	err := c.ofEveryVersion(c.post(ctx, list.path, question, &answer))
	return answer.items, err
}

// ports ends the error of a server that is no ledger API.
const ports = "its port is 8890 by default, not OTLP's 4317 or 4318"

// ofEveryVersion says of a server that does not know a question which every collector
// knows that it is none.
func (c *Client) ofEveryVersion(err error) error {
	if unknownTo(err) {
		return fmt.Errorf("%s is not a ledger API (404): %s", c.base, ports)
	}
	return err
}

// unknownTo reports a question that the collector does not know.
func unknownTo(err error) bool {
	refused, ok := errors.AsType[*ServerError](err)
	return ok && refused.StatusCode == http.StatusNotFound
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
		return c.refusal(resp)
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
	err = httpclient.WithoutURL(err)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case strings.Contains(err.Error(), "malformed HTTP response"), // of OTLP over gRPC
		strings.Contains(err.Error(), "readLoopPeekFailLocked"): // the same, read before the request is sent
		return fmt.Errorf("%s is not a ledger API (malformed HTTP response): %s", c.base, ports)
	}
	return fmt.Errorf("ledger API at %s: %w (hint: check that a collector with the ledger_api extension runs there)", c.base, err)
}

// refusal keeps the error chain across the wire where a caller may act on it.
func (c *Client) refusal(resp *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	var p apierror.Body
	if json.Unmarshal(text, &p) != nil || p.Error == "" {
		p.Error = http.StatusText(resp.StatusCode)
	} else if resp.StatusCode == http.StatusNotFound {
		return fmt.Errorf("%w (%s)", ledger.ErrNotFound, resp.Request.URL.Path)
	}
	switch {
	case resp.StatusCode != http.StatusUnauthorized:
	case c.token == "":
		p.Error = fmt.Sprintf("the ledger API at %s requires a token (401): set SPANLEDGER_TOKEN", c.base)
	default:
		p.Error = fmt.Sprintf("the ledger API at %s rejected the token in SPANLEDGER_TOKEN (401)", c.base)
	}
	return &ServerError{StatusCode: resp.StatusCode, Message: p.Error}
}
