package budgetguard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// defaultInterval is used where the collector does not say how long its
	// answer is valid.
	defaultInterval = 30 * time.Second
	// Bounds of what the collector may say.
	minInterval = time.Second
	maxInterval = 10 * time.Minute
	// maxBackoff keeps a collector that comes back from being overlooked for long.
	maxBackoff = 2 * time.Minute
	// askTimeout is well above what the collector takes to ask its store.
	askTimeout = 15 * time.Second
	// maxState holds budgets for tens of thousands of users.
	maxState = 64 << 20
)

// subject is a state of the collector that the guard follows.
type subject struct {
	ask     func(context.Context) (time.Duration, error) // also says when to ask again
	wake    <-chan struct{}                              // asks sooner; nil = never
	pause   time.Duration                                // least time between two questions
	failure *atomic.Pointer[error]
	retry   func(failures int) time.Duration // how long to wait after so many before this one
	// What is logged when it is unavailable, and available again.
	lost, restored string
}

// budgets are followed from the beginning.
func (g *Guard) budgets() subject {
	var etag string
	skipped := map[string]bool{}
	return subject{
		ask:     func(ctx context.Context) (time.Duration, error) { return g.ask(ctx, &etag, skipped) },
		failure: &g.fail,
		retry: func(failures int) time.Duration {
			if failures == 0 {
				return minInterval
			}
			return min(defaultInterval<<min(failures, 4), maxBackoff)
		},
		lost: "LLM budgets cannot be read", restored: "LLM budgets can be read again",
	}
}

// follow asks the collector until ctx ends.
func (g *Guard) follow(ctx context.Context, s subject) {
	failures := 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-s.wake:
		}
		wait, err := s.ask(ctx)
		pause := s.pause
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if s.failure.Swap(&err) == nil {
				g.cfg.logger.LogAttrs(ctx, slog.LevelWarn, s.lost, slog.String("error", err.Error()), slog.Bool("calls_are_stopped", g.cfg.failClosed))
			}
			wait = spread(s.retry(failures))
			pause = wait
			failures++
		default:
			if s.failure.Swap(nil) != nil {
				g.cfg.logger.LogAttrs(ctx, slog.LevelInfo, s.restored)
			}
			wait = spread(wait)
			failures = 0
			g.settleReady()
		}
		// Whatever wakes it, this process asks at most so often.
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		timer.Reset(max(0, wait-pause))
	}
}

// spread keeps the instances of a service from asking all at once: up to a
// tenth earlier.
func spread(d time.Duration) time.Duration { return d - rand.N(d/10+1) }

// authorize adds the bearer token.
func (c *config) authorize(req *http.Request) {
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
}

// clockOf is the collector's clock when it answered.
func clockOf(resp *http.Response, received time.Time) time.Time {
	clock, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return received
	}
	return clock
}

// ask reads the state once and returns how long it is valid.
func (g *Guard) ask(ctx context.Context, etag *string, skipped map[string]bool) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base+StatePath, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept", "application/json")
	if *etag != "" {
		req.Header.Set("If-None-Match", *etag)
	}
	g.cfg.authorize(req)
	resp, err := g.cfg.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	received := time.Now()
	clock := clockOf(resp, received)
	before := g.view.Load()
	switch {
	case resp.StatusCode == http.StatusNotModified && before != nil:
		same := *before
		same.received, same.clock = received, clock
		g.view.Store(&same)
		return interval(resp.Header, defaultInterval), nil
	case resp.StatusCode == http.StatusNotFound && len(g.cfg.caps) > 0:
		// Caps of this process need no budgets of the collector.
		g.view.Store(g.cfg.newView(State{AsOf: received}, received, clock, before, nil))
		return defaultInterval, nil
	case resp.StatusCode != http.StatusOK:
		return 0, refused(resp)
	}
	var state State
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxState)).Decode(&state); err != nil {
		return 0, fmt.Errorf("%s returned an invalid state of budgets: %w", g.base+StatePath, err)
	}
	if state.AsOf.IsZero() {
		return 0, fmt.Errorf("%s returned an invalid state of budgets: as_of is missing", g.base+StatePath)
	}
	g.view.Store(g.cfg.newView(state, received, clock, before, func(b Budget, dimension string) {
		if !skipped[b.Name] {
			skipped[b.Name] = true
			g.cfg.logger.LogAttrs(ctx, slog.LevelWarn, "LLM budget is not enforced: this process does not know the dimension of its scope; name it with WithDimension",
				slog.String("budget", b.Name), slog.String("dimension", dimension))
		}
	}))
	g.setCaps(slices.Concat(g.cfg.caps, state.Caps))
	*etag = resp.Header.Get("ETag")
	return interval(resp.Header, defaultInterval), nil
}

// refused says what to do about an answer that is none.
func refused(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("the collector answered %s: the bearer token is missing or wrong: set it with WithToken", resp.Status)
	case http.StatusNotFound:
		return errors.New("the collector answered 404 Not Found: it has no budgets: start it with --budgets, or set budgets of its ledger_api")
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 512))
	return fmt.Errorf("the collector answered %s: %s", resp.Status, strings.TrimSpace(string(text)))
}

// interval is the max-age of Cache-Control.
func interval(h http.Header, unsaid time.Duration) time.Duration {
	for directive := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		value, isMaxAge := strings.CutPrefix(strings.TrimSpace(directive), "max-age=")
		if seconds, err := strconv.ParseUint(value, 10, 31); isMaxAge && err == nil {
			return min(max(time.Duration(seconds)*time.Second, minInterval), maxInterval)
		}
	}
	return unsaid
}
