package genainormalizerprocessor

import (
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/internal/unreadspans"
)

// maxUnreadNamed bounds the instrumentations that are counted separately: a sender may
// invent scopes. Those beyond are counted in the metrics alone.
const maxUnreadNamed = 64

// unreadLog names each instrumentation whose spans look like LLM calls and are
// not read, once for each reason, and counts their spans for extensions that show
// them.
type unreadLog struct {
	logger *zap.Logger
	forget []func()

	mu     sync.Mutex
	counts []*unreadspans.Count
}

func newUnreadLog(logger *zap.Logger) unreadLog { return unreadLog{logger: logger} }

func (l *unreadLog) add(reason, scope, span string) {
	l.mu.Lock()
	i := slices.IndexFunc(l.counts, func(c *unreadspans.Count) bool { return c.Reason == reason && c.Scope == scope })
	if i < 0 && len(l.counts) >= maxUnreadNamed {
		l.mu.Unlock()
		return
	}
	known := i >= 0
	if !known {
		i = len(l.counts)
		l.counts = append(l.counts, &unreadspans.Count{Scope: strings.Clone(scope), Reason: reason})
	}
	l.counts[i].Spans++
	l.counts[i].Last = time.Now()
	l.mu.Unlock()
	if known {
		return
	}
	l.logger.Warn("span looks like an LLM call but is not recognized: its cost is in no report",
		zap.String("scope", scope), zap.String("span", span), zap.String("reason", reason),
		zap.String("hint", "see docs/runbooks/spans-unread.md; spanledger_spans_unread counts all of them"))
}

// show lets the extensions that show unread spans read the counts.
func (l *unreadLog) show(host component.Host) {
	for _, extension := range host.GetExtensions() {
		if watcher, ok := extension.(unreadspans.Watcher); ok {
			l.forget = append(l.forget, watcher.WatchUnread(l.read))
		}
	}
}

// hide is the end of show.
func (l *unreadLog) hide() {
	for _, forget := range l.forget {
		forget()
	}
	l.forget = nil
}

func (l *unreadLog) read() []unreadspans.Count {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]unreadspans.Count, len(l.counts))
	for i, c := range l.counts {
		out[i] = *c
	}
	return out
}
