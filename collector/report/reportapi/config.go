package reportapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
	"github.com/spanledger/spanledger/collector/internal/unreadspans"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

type config struct {
	rules chargeback.Rules
	book  *chargeback.Book // nil = no month is closed

	revenue func() (*report.Revenue, error) // nil = none is known

	prices   *pricing.Catalogue
	version  string
	store    string
	traceURL string
	budgets  http.Handler // nil = there are none

	deadLetters string // file; "" = not known
	queues      func() []queuestate.State
	unread      func() ([]unreadspans.Count, bool)
	otlp        func() (grpc, http int)

	outcomes func(context.Context, []ledger.Result) error // nil = none are taken

	stop <-chan struct{} // nil = never
	poll time.Duration   // how often a stream looks for new calls
}

// Option changes how Handler answers.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) *config {
	c := &config{prices: pricing.Default(), store: "unknown", poll: feedPoll}
	for _, opt := range opts {
		if opt != nil {
			opt.apply(c)
		}
	}
	return c
}

// WithChargebackRules sets how a month is charged. The default charges every
// department its own calls.
func WithChargebackRules(rules chargeback.Rules) Option {
	return optionFunc(func(c *config) { c.rules = rules })
}

// WithChargebackBook gives closed months as they were closed, and corrects them
// in the month after. The default, nil, is that none is closed.
func WithChargebackBook(book *chargeback.Book) Option {
	return optionFunc(func(c *config) { c.book = book })
}

// WithRevenue reads the table of revenue, for each question about the cost of outcomes
// by its dimension. The default, nil, is that none is known.
func WithRevenue(read func() (*report.Revenue, error)) Option {
	return optionFunc(func(c *config) { c.revenue = read })
}

// revenueBy is the table of revenue where it has the dimensions of a question, or nil.
func (c *config) revenueBy(by []ledger.Dimension) (*report.Revenue, error) {
	if c.revenue == nil {
		return nil, nil
	}
	revenue, err := c.revenue()
	if err != nil {
		return nil, fmt.Errorf("table of revenue: %w", err)
	}
	if !revenue.Has(by) {
		return nil, nil
	}
	return revenue, nil
}

// WithPrices sets the catalogue that explains prices and is searched. The
// default is the built-in one.
func WithPrices(prices *pricing.Catalogue) Option {
	return optionFunc(func(c *config) { c.prices = prices })
}

// WithVersion says which version of spanledger answers, and from which kind of
// store.
func WithVersion(version, store string) Option {
	return optionFunc(func(c *config) { c.version, c.store = version, store })
}

// WithTraceURL says where a run is in a trace viewer, with {trace_id} in place
// of its id. The default is nowhere.
func WithTraceURL(url string) Option {
	return optionFunc(func(c *config) { c.traceURL = url })
}

// WithOTLPPorts says at which ports applications send spans, over gRPC and over HTTP; 0 where
// it is not known. The default, nil, is that neither is.
func WithOTLPPorts(read func() (grpc, http int)) Option {
	return optionFunc(func(c *config) { c.otlp = read })
}

// WithBudgets answers questions about budgets, at budget.StatusPath. The default, nil,
// is that there are none.
func WithBudgets(states http.Handler) Option {
	return optionFunc(func(c *config) { c.budgets = states })
}

// WithStop ends streams of events when the channel is closed, which a server
// does before it waits for running requests. The default, nil, is never.
func WithStop(stop <-chan struct{}) Option {
	return optionFunc(func(c *config) { c.stop = stop })
}

// WithDeadLetters names the file of what the ledger rejected, for /v1/health to
// count. The default is none.
func WithDeadLetters(file string) Option {
	return optionFunc(func(c *config) { c.deadLetters = file })
}

// WithQueues says how the queues in front of the ledger stand, for /v1/health. The
// default, nil, is that they are not known.
func WithQueues(read func() []queuestate.State) Option {
	return optionFunc(func(c *config) { c.queues = read })
}

// WithUnread counts the spans that look like LLM calls and were not read, for
// /v1/health; known is false where nothing in this collector reads spans. The
// default, nil, is that they are not known.
func WithUnread(read func() (counts []unreadspans.Count, known bool)) Option {
	return optionFunc(func(c *config) { c.unread = read })
}
