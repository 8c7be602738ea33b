package budget

import (
	"container/list"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/tracing/semconv"
)

const (
	// maxUnits and maxUnitBytes bound the runs and conversations that are remembered;
	// those that were reported longest ago go first. Guards report their whole count
	// each time, so that one that is still in use is complete again with their next
	// reports.
	maxUnits     = 50_000
	maxUnitBytes = 64 << 20
	// unitIdle is how long one is remembered without a report.
	unitIdle = 24 * time.Hour
	// maxSources are the guards of one run or conversation.
	maxSources = 1000
	// ledgerAge is how old the ledger's figures of a unit may be.
	ledgerAge = 5 * time.Second
	// ledgerTime is how long one report may wait for the ledger. Units that are left
	// over have their turn with the next.
	ledgerTime = time.Second
	// ledgerWindow is how far back a run or conversation is looked for.
	ledgerWindow = 7 * 24 * time.Hour
	// maxRunCalls is how many calls of a run are summed; caps are below it.
	maxRunCalls = 20_000
)

// Units has the usage of runs and conversations: the allowed calls that guards report,
// and the calls in the ledger, which are partly the same. It returns the larger of the
// two, so that no call counts twice.
type Units struct {
	reader ledger.Reader
	now    func() time.Time

	mu    sync.Mutex
	units map[budgetguard.UnitID]*list.Element
	used  *list.List // of *unit, the last reported first
	bytes int        // that they take
	// dropped are the units that went before they were idle, refused the counts of
	// guards beyond maxSources of a unit.
	dropped, refused int64

	asking sync.Mutex // of the ledger: one at a time
}

type unit struct {
	id      budgetguard.UnitID
	sources []source // in the order of their names
	used    time.Time
	ledger  budgetguard.Count
	asked   time.Time // the ledger; zero = never
}

// source is the count that a guard has reported of a unit.
type source struct {
	name  string
	count budgetguard.Count
}

// Bytes that a unit and a source take, next to their texts, with what maps and
// slices keep free.
const (
	unitBytes   = 400
	sourceBytes = 160
)

func (u *unit) bytes() int {
	n := unitBytes + len(u.id.ID)
	for i := range u.sources {
		n += sourceBytes + len(u.sources[i].name)
	}
	return n
}

// report takes the count of a guard, and returns the bytes that it takes in addition. A
// count never goes back. Refused is true if the unit has as many guards as it may.
func (u *unit) report(name string, count budgetguard.Count) (bytes int, refused bool) {
	i, known := slices.BinarySearchFunc(u.sources, name, func(s source, name string) int { return strings.Compare(s.name, name) })
	switch {
	case known:
		if count.Calls >= u.sources[i].count.Calls {
			u.sources[i].count = count
		}
		return 0, false
	case len(u.sources) >= maxSources:
		return 0, true
	}
	u.sources = slices.Insert(u.sources, i, source{name, count})
	return sourceBytes + len(name), false
}

// NewUnits remembers nothing yet.
func NewUnits(reader ledger.Reader) *Units {
	return &Units{reader: reader, now: time.Now, units: map[budgetguard.UnitID]*list.Element{}, used: list.New()}
}

// Report adds the allowed calls of a guard, and returns the usage of all.
func (s *Units) Report(ctx context.Context, report budgetguard.CapReport) budgetguard.CapState {
	now := s.now()
	due := s.take(report, now)
	err := s.askLedger(ctx, due, now)
	state := budgetguard.CapState{AsOf: now.UTC(), Units: make([]budgetguard.UnitState, len(report.Units))}
	if err != nil {
		state.LedgerError = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range report.Units {
		r := &report.Units[i]
		state.Units[i] = budgetguard.UnitState{UnitID: r.UnitID, Count: r.Count}
		if e := s.units[r.UnitID]; e != nil {
			state.Units[i].Count = e.Value.(*unit).total(now)
		}
	}
	return state
}

// take keeps a report, and returns the units whose figures of the ledger are old.
func (s *Units) take(report budgetguard.CapReport, now time.Time) (due []*unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range report.Units {
		r := &report.Units[i]
		e := s.units[r.UnitID]
		if e == nil {
			u := &unit{id: r.UnitID}
			e = s.used.PushFront(u)
			s.units[r.UnitID] = e
			s.bytes += u.bytes()
		} else {
			s.used.MoveToFront(e)
		}
		u := e.Value.(*unit)
		u.used = now
		bytes, refused := u.report(r.Source, r.Count)
		s.bytes += bytes
		if refused {
			s.refused++
		}
		if now.Sub(u.asked) >= ledgerAge {
			due = append(due, u)
		}
	}
	s.makeRoom(now)
	return due
}

// makeRoom forgets units that are idle, and those used longest ago while there are too
// many. The caller holds mu.
func (s *Units) makeRoom(now time.Time) {
	for e := s.used.Back(); e != nil; e = s.used.Back() {
		u := e.Value.(*unit)
		idle := now.Sub(u.used) > unitIdle
		if !idle && s.used.Len() <= maxUnits && s.bytes <= maxUnitBytes {
			return
		}
		if !idle {
			s.dropped++
		}
		s.bytes -= u.bytes()
		delete(s.units, u.id)
		s.used.Remove(e)
	}
}

// total is the least that the unit has used for sure, with the calls of the minute of
// now.
func (u *unit) total(now time.Time) budgetguard.Count {
	sum := budgetguard.Count{Minute: now.Unix() / 60}
	for i := range u.sources {
		c := &u.sources[i].count
		sum.Calls += c.Calls
		sum.Spent = sum.Spent.Add(c.Spent)
		if c.Minute == sum.Minute {
			sum.MinuteCalls += c.MinuteCalls
		}
	}
	sum.Calls = max(sum.Calls, u.ledger.Calls)
	if u.ledger.Spent.GreaterThan(sum.Spent) {
		sum.Spent = u.ledger.Spent
	}
	return sum
}

// askLedger looks units up, those of runs one by one, until its time is over. While
// another report waits for the ledger it does nothing.
func (s *Units) askLedger(ctx context.Context, due []*unit, now time.Time) error {
	if len(due) == 0 || !s.asking.TryLock() {
		return nil
	}
	defer s.asking.Unlock()
	var conversations []string
	for _, u := range due {
		if u.id.Per == budgetguard.PerConversation {
			conversations = append(conversations, ledger.MakeValid(u.id.ID))
		}
	}
	used, err := s.conversations(ctx, conversations, now)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(ledgerTime)
	for _, u := range due {
		count := used[ledger.MakeValid(u.id.ID)] // as the ledger has its name
		if u.id.Per == budgetguard.PerRun {
			if time.Now().After(deadline) {
				continue
			}
			if count, err = s.run(ctx, u.id.ID, now); err != nil {
				return err
			}
		}
		s.mu.Lock()
		u.ledger, u.asked = count, now
		s.mu.Unlock()
	}
	return nil
}

// stopped are the error types of calls that a guard kept from leaving: the ledger has
// them, and they count for no cap.
var stopped = map[string]bool{
	budgetguard.ErrorTypeBudget: true, budgetguard.ErrorTypeCap: true, budgetguard.ErrorTypeUnknown: true,
}

func (s *Units) conversations(ctx context.Context, ids []string, now time.Time) (map[string]budgetguard.Count, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	groups, err := s.reader.Aggregate(ctx, ledger.Query{
		From: now.Add(-ledgerWindow), Until: now.Add(time.Hour), TotalsOnly: true,
		By:    []ledger.Dimension{ledger.ByConversation, ledger.ByErrorType},
		Where: []ledger.Condition{{Dimension: ledger.ByConversation, Values: ids}},
	})
	if err != nil {
		return nil, fmt.Errorf("conversations: %w", err)
	}
	used := map[string]budgetguard.Count{}
	for i := range groups {
		if g := &groups[i]; !stopped[g.Key[1]] {
			used[g.Key[0]] = used[g.Key[0]].Add(budgetguard.Count{Calls: g.Totals.Calls, Spent: g.Totals.Cost})
		}
	}
	return used, nil
}

func (s *Units) run(ctx context.Context, id string, now time.Time) (used budgetguard.Count, err error) {
	trace, err := ledger.ParseTraceID(id)
	if err != nil {
		return used, err
	}
	calls, err := s.reader.CallList(ctx, ledger.CallQuery{From: now.Add(-ledgerWindow), Until: now.Add(time.Hour), Trace: trace, Limit: maxRunCalls})
	if err != nil {
		return used, fmt.Errorf("run %s: %w", id, err)
	}
	for i := range calls {
		c := &calls[i]
		if c.UsageSource == semconv.UsageNone {
			continue
		}
		used.Calls++
		if c.Cost.Amount != nil {
			used.Spent = used.Spent.Add(*c.Cost.Amount)
		}
	}
	return used, nil
}
