package budgetguard

import (
	"sync"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/otel/trace"
)

const (
	// maxUnits bounds the runs and conversations that are counted at a time; those that
	// were used longest ago go first. The collector remembers them.
	maxUnits = 10_000
	// unitIdle is how long one is counted without a call.
	unitIdle = time.Hour
	// unitActive is how long the collector is asked about one after a call.
	unitActive = 10 * time.Second
)

// unit is a run or a conversation.
type unit struct {
	newer, older *unit // by their last use

	run          trace.TraceID // or
	conversation string
	source       uint64 // of its reports

	own      Count // allowed by this process
	reported Count // of own, to the collector
	others   Count // everything else, as the collector has it
	used     time.Time
	asked    time.Time // about it, the last time; zero before
	refused  uint64    // caps whose refusal was logged
}

// id is the unit as the collector knows it.
func (u *unit) id() UnitID {
	if u.run.IsValid() {
		return UnitID{PerRun, u.run.String()}
	}
	return UnitID{PerConversation, u.conversation}
}

// units are the runs and conversations of a process.
type units struct {
	mu            sync.Mutex
	runs          map[trace.TraceID]*unit
	conversations map[string]*unit
	ends          unit // newer is the one used longest ago, older the last used
	sources       uint64
}

func newUnits() *units {
	u := &units{runs: map[trace.TraceID]*unit{}, conversations: map[string]*unit{}}
	u.ends.newer, u.ends.older = &u.ends, &u.ends
	return u
}

// whose is the run and the conversation that a call belongs to.
type whose struct {
	run          trace.TraceID // zero = none
	conversation string        // "" = none
}

func (w *whose) names(per Unit) bool {
	if per == PerRun {
		return w.run.IsValid()
	}
	return w.conversation != ""
}

// find returns nil for what is not counted yet. The caller holds the lock.
func (s *units) find(w *whose, per Unit) *unit {
	if per == PerRun {
		return s.runs[w.run]
	}
	return s.conversations[w.conversation]
}

// use returns the unit, new where it must be, as the last used. The caller holds the lock.
func (s *units) use(w *whose, per Unit, now time.Time) *unit {
	u := s.find(w, per)
	if u == nil {
		s.expire(now, maxUnits-1)
		s.sources++
		u = &unit{source: s.sources}
		if per == PerRun {
			u.run = w.run
			s.runs[w.run] = u
		} else {
			u.conversation = w.conversation
			s.conversations[w.conversation] = u
		}
	} else {
		u.newer.older, u.older.newer = u.older, u.newer
	}
	last := s.ends.older
	u.older, u.newer = last, &s.ends
	last.newer, s.ends.older = u, u
	u.used = now
	return u
}

// expire drops what is idle, and what is more than keep. The caller holds the lock.
func (s *units) expire(now time.Time, keep int) {
	for u := s.ends.newer; u != &s.ends; u = s.ends.newer {
		if len(s.runs)+len(s.conversations) <= keep && now.Sub(u.used) < unitIdle {
			return
		}
		u.newer.older, u.older.newer = u.older, u.newer
		if u.run.IsValid() {
			delete(s.runs, u.run)
		} else {
			delete(s.conversations, u.conversation)
		}
	}
}

// spend adds what a call of w has cost.
func (s *units) spend(w *whose, amount udecimal.Decimal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, per := range [...]Unit{PerRun, PerConversation} {
		if u := s.find(w, per); u != nil && w.names(per) {
			u.own.Spent = u.own.Spent.Add(amount)
		}
	}
}

// pending are those the collector is to be asked about: the ones in use, and those
// with something that it was not told.
func (s *units) pending(now time.Time) []*unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now, maxUnits)
	var found []*unit
	for u := s.ends.older; u != &s.ends; u = u.older {
		if now.Sub(u.used) < unitActive || u.own.Calls != u.reported.Calls || !u.own.Spent.Equal(u.reported.Spent) {
			found = append(found, u)
		}
	}
	return found
}
