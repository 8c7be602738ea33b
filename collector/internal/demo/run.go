package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
)

// Options holds what Run needs to know. The OpenTelemetry SDK is the global one.
type Options struct {
	OpenAIURL    string // base of the OpenAI API, with /v1
	AnthropicURL string // base of the Anthropic API

	Duration time.Duration // no briefing is begun after it; 0 = until ctx ends
	Limit    int           // of briefings; 0 = none
	Workers  int           // briefings at the same time; 0 = 6
	Seed     uint64        // decides who asks what

	// Mishaps give reports something to find: a tool that fails again and again, readers
	// who close a draft before its end, runs that end in an error after they were paid
	// for, a second, longer version of the planner's prompt, and an application that
	// attaches a whole handbook to each draft.
	Mishaps bool

	// Progress, when set, is called after each briefing, from any goroutine.
	Progress func(Progress)
}

// Progress is how far the application is.
type Progress struct {
	Briefings, Failed int64
	Elapsed           time.Duration
}

// Briefing is one run of the agents.
type Briefing struct {
	TraceID     trace.TraceID
	Application string
	User        string
	Duration    time.Duration
	Err         error // after the retries
}

// Names of the telemetry.
const (
	ServiceName = "spanledger-demo"
	Environment = "demo"

	workflowName   = "briefing"
	outcomeName    = "briefing_used"
	promptName     = "planner"
	oldPrompt      = "v3"
	newPrompt      = "v4"
	planEvaluation = "plan_quality"
)

// defaultWorkers keep a small machine busy without wearing it out.
const defaultWorkers = 6

// Run prepares briefings until the duration is over, the limit is reached or
// ctx ends, whichever is first; running briefings are finished, except when
// ctx ends. It returns what was done, broken off or not.
func Run(ctx context.Context, opts Options) (briefings []Briefing, err error) {
	if opts.Workers <= 0 {
		opts.Workers = defaultWorkers
	}
	vendors, err := openVendors(context.WithoutCancel(ctx), opts.OpenAIURL, opts.AnthropicURL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, vendors.close()) }()

	begin, cancel := ctx, context.CancelFunc(func() {})
	if opts.Duration > 0 {
		begin, cancel = context.WithTimeout(ctx, opts.Duration)
	}
	defer cancel()

	var (
		start        = time.Now()
		begun        atomic.Int64
		done, failed atomic.Int64
		mu           sync.Mutex
		workers      sync.WaitGroup
	)
	for range opts.Workers {
		workers.Go(func() {
			for begin.Err() == nil {
				n := begun.Add(1)
				if opts.Limit > 0 && n > int64(opts.Limit) {
					return
				}
				// Seeded by its number: who asks what does not depend on
				// which worker is free.
				rnd := rand.New(rand.NewPCG(opts.Seed, uint64(n)))
				e := draw(rnd)
				if opts.Mishaps {
					e.mishaps(rnd)
				}
				e.judgements(rnd)
				b := vendors.brief(ctx, e)
				mu.Lock()
				briefings = append(briefings, b)
				mu.Unlock()
				if ctx.Err() != nil {
					return
				}
				if b.Err != nil {
					failed.Add(1)
				}
				if opts.Progress != nil {
					opts.Progress(Progress{Briefings: done.Add(1), Failed: failed.Load(), Elapsed: time.Since(start)})
				}
			}
		})
	}
	workers.Wait()
	return briefings, nil
}

// brief lets the agents work on one question.
func (v *vendors) brief(ctx context.Context, e userRequest) (b Briefing) {
	start := time.Now()
	ctx = tracing.WithAttribution(ctx, e.attribution())
	ctx = tracing.WithConversation(ctx, e.conversation())
	ctx, workflow := tracing.StartWorkflow(ctx, workflowName)
	b = Briefing{
		TraceID:     trace.SpanContextFromContext(ctx).TraceID(),
		Application: e.app.name,
		User:        e.user,
	}
	b.Err = v.work(ctx, e)
	tracing.RecordOutcome(ctx, tracing.Outcome{Name: outcomeName, Rejected: b.Err != nil || e.declined})
	workflow.End(b.Err)
	b.Duration = time.Since(start)
	return b
}

// errContradiction ends a run of which everything up to the findings was paid for.
var errContradiction = errors.New("the findings contradict each other")

func (v *vendors) work(ctx context.Context, e userRequest) error {
	topics, err := v.plan(ctx, e)
	if err != nil {
		return err
	}
	// Topics are researched side by side, each by an agent of its own.
	findings := make([]string, len(topics))
	errs := make([]error, len(topics))
	var researchers sync.WaitGroup
	for i, topic := range topics {
		researchers.Go(func() { findings[i], errs[i] = v.research(ctx, e, topic) })
	}
	researchers.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if e.contradicts {
		return errContradiction
	}
	return v.write(ctx, e, findings)
}
