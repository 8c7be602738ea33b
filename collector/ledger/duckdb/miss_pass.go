package duckdb

import (
	"errors"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// errPrompts and errThreads say that there are more than fit into memory.
var errPrompts, errThreads = errors.New("too many prompts"), errors.New("too many threads")

// missPass finds the causes of calls that it sees in the order of their starts: of those whose
// prompt and thread are in its shares.
type missPass struct {
	query                *ledger.CacheQuery
	sums                 *missSums
	prompts              byHash[promptUse]
	threads              byHash[threadCall]
	ofPrompts, ofThreads hashShare
}

// promptUse is the last use of a prompt.
type promptUse struct {
	begun  int64
	cached bool
}

// threadCall is the call before in a thread, as far as a call is compared with it.
type threadCall struct {
	prefix uint64
	parts  promptParts
	model  int
}

func (p *missPass) see(c *promptCall) error {
	var use promptUse
	var before threadCall
	var used, follows bool
	ofPrompts, ofThreads := p.ofPrompts.has(c.prompt), p.ofThreads.has(c.thread)
	if ofPrompts {
		last, known, ok := p.prompts.at(c.prompt)
		if !ok {
			return errPrompts
		}
		use, used = *last, known
		*last = promptUse{c.begun, c.read > 0 || c.written > 0}
	}
	if ofThreads {
		last, known, ok := p.threads.at(c.thread)
		if !ok {
			return errThreads
		}
		before, follows = *last, known
		*last = threadCall{c.prefix, c.parts, c.model}
	}
	if !ofPrompts || !ofThreads {
		return nil
	}
	var since time.Duration
	if used {
		since = time.Duration(c.begun - use.begun)
	}
	cause := missFirstUse
	switch {
	case c.read != 0:
		cause = missHit
	case c.tokens < p.query.MinTokens:
		cause = missTooShort
	case used && since <= p.query.Within && use.cached:
		cause = missGone
	case used && since <= p.query.Within:
		cause = missNotWritten
	case follows && before.prefix != c.prefix:
		cause = changed(&before.parts, &c.parts)
	case follows && before.model != c.model:
		cause = missModelChanged
	case used:
		cause = missExpired
	}
	p.sums.add(cause, c, since)
	return nil
}

// changed is the first part that differs between prompts.
func changed(before, now *promptParts) missCause {
	if before.known && now.known {
		for i, cause := range [...]missCause{missToolsChanged, missSystemChanged, missMessagesChanged} {
			if before.hash[i] != now.hash[i] {
				return cause
			}
		}
	}
	return missPrefixChanged
}
