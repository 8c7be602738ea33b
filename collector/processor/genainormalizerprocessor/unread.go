package genainormalizerprocessor

import (
	"strings"
	"sync"

	"go.uber.org/zap"
)

// maxUnreadNamed bounds what the log names: a sender may invent scopes.
const maxUnreadNamed = 64

// unreadLog names each instrumentation whose spans look like model calls and are
// not read, once for each reason.
type unreadLog struct {
	logger *zap.Logger

	mu    sync.Mutex
	named map[string]bool
}

func (l *unreadLog) add(reason, scope, span string) {
	l.mu.Lock()
	key := reason + "\x00" + scope
	known := l.named[key] || len(l.named) >= maxUnreadNamed
	if !known {
		l.named[strings.Clone(key)] = true
	}
	l.mu.Unlock()
	if known {
		return
	}
	l.logger.Warn("span looks like a model call and is not read: its cost is in no report",
		zap.String("scope", scope), zap.String("span", span), zap.String("reason", reason),
		zap.String("hint", "see docs/runbooks/spans-unread.md; spanledger_spans_unread counts all of them"))
}
