package budgetguard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// capInterval is how often the collector is asked while runs are at work, where it
	// does not say.
	capInterval = time.Second
	// capIdle is how often it is asked otherwise, to know that it is there.
	capIdle = 30 * time.Second
	// capPause is the least time between two questions.
	capPause = 200 * time.Millisecond
	// maxReportedID is the longest name of a conversation that is reported, in bytes.
	maxReportedID = 1 << 10
)

// sharedCaps are followed by reporting allowed calls and reading those of others.
func (g *Guard) sharedCaps() subject {
	return subject{
		ask: g.askCaps, wake: g.wake, pause: capPause, failure: &g.capFail,
		retry: func(failures int) time.Duration { return min(capInterval<<min(failures, 6), maxBackoff) },
		lost:  "LLM caps count only this process: the collector does not answer", restored: "LLM caps count all processes again",
	}
}

// askCaps reports what is pending, in as many requests as it takes, and says when to
// ask again.
func (g *Guard) askCaps(ctx context.Context) (time.Duration, error) {
	pending := g.units.pending(time.Now())
	active := len(pending) > 0
	var ledgerError string
	wait := capInterval
	for first := true; first || len(pending) > 0; first = false {
		part := pending[:min(len(pending), MaxCapReport)]
		pending = pending[len(part):]
		state, header, err := g.report(ctx, part)
		if err != nil {
			return 0, err
		}
		ledgerError = state.LedgerError
		wait = interval(header, capInterval)
	}
	if ledgerError != "" {
		return 0, errors.New("the collector cannot read its ledger: " + ledgerError)
	}
	if !active {
		wait = capIdle
	}
	return wait, nil
}

// report tells the collector of units, and them of the others.
func (g *Guard) report(ctx context.Context, part []*unit) (state CapState, header http.Header, err error) {
	asked := time.Now()
	report, sent := g.units.report(part, g.cfg.instance, asked)
	body, err := json.Marshal(report)
	if err != nil {
		return state, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.base+CapStatePath, bytes.NewReader(body))
	if err != nil {
		return state, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	g.cfg.authorize(req)
	resp, err := g.cfg.http.Do(req)
	if err != nil {
		return state, nil, err
	}
	defer resp.Body.Close()
	received := time.Now()
	if resp.StatusCode == http.StatusNotFound {
		return state, nil, errors.New("the collector answered 404 Not Found: it does not support caps: update it, or use the address of its ledger_api")
	}
	if resp.StatusCode != http.StatusOK {
		return state, nil, refused(resp)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxState)).Decode(&state); err != nil {
		return state, nil, fmt.Errorf("%s%s returned an invalid state of caps: %w", g.base, CapStatePath, err)
	}
	if state.AsOf.IsZero() || len(state.Units) != len(sent) {
		return state, nil, fmt.Errorf("%s%s returned an invalid state of caps: %d units of %d", g.base, CapStatePath, len(state.Units), len(sent))
	}
	g.units.learn(sent, report.Units, state.Units)
	if state.LedgerError == "" {
		g.capsAt.Store(&answered{received: received, clock: state.AsOf})
	}
	return state, resp.Header, nil
}

// report is the report of the allowed calls of the units. sent are the units in it.
func (s *units) report(part []*unit, instance string, now time.Time) (report CapReport, sent []*unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	report.Units = make([]ReportedUnit, 0, len(part))
	for _, u := range part {
		u.asked = now
		if id := u.id(); len(id.ID) <= maxReportedID {
			report.Units = append(report.Units, ReportedUnit{id, instance + "/" + strconv.FormatUint(u.source, 10), u.own})
			sent = append(sent, u)
		} else {
			u.reported = u.own
		}
	}
	return report, sent
}

// learn keeps what others have used: all that the collector knows of, without what it
// was told by this process.
func (s *units) learn(sent []*unit, reported []ReportedUnit, states []UnitState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, u := range sent {
		if states[i].UnitID != reported[i].UnitID {
			continue
		}
		u.reported = reported[i].Count
		u.others = states[i].Count.without(u.reported)
	}
}
