package ledgertest

import (
	"context"
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spanledger/spanledger/collector/ledger"
)

// draws is higher in `make nightly`: a question takes ClickHouse up to a tenth of a second,
// and is asked after each of many writes.
var draws = flag.Int("ledgertest.draws", 1, "how many times as many questions are asked between the writes of histories")

// summedDimensions are asked for in any combination.
var summedDimensions = []ledger.Dimension{
	ledger.ByDepartment, ledger.ByApplication, ledger.ByTeam, ledger.ByAgent, ledger.ByModel, ledger.ByProvider, ledger.ByCostStatus,
	ledger.ByCostReason, ledger.ByStatus, ledger.ByErrorType, ledger.ByRequestModel, ledger.ByDialect, ledger.ByPurpose,
	ledger.ByUser, ledger.ByStep, ledger.ByDay, ledger.ByHour, ledger.ByMonth, ledger.ByHourOfWeek,
}

// randomSums is a question for totals of a period that begins and ends anywhere.
func randomSums(t *testing.T, r *rand.Rand) ledger.Query {
	at := func() time.Time {
		instant := noon.Add(time.Duration(r.Int64N(int64(100*time.Hour))) - 80*time.Hour)
		return instant.Truncate([]time.Duration{1, time.Minute, time.Hour, 24 * time.Hour}[r.IntN(4)])
	}
	q := ledger.Query{From: at(), Until: at(), TotalsOnly: true}
	if q.Until.Before(q.From) {
		q.From, q.Until = q.Until, q.From
	}
	if name := []string{"", "UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"}[r.IntN(5)]; name != "" {
		q.Zone = zone(t, name)
	}
	for range r.IntN(3) {
		if d := summedDimensions[r.IntN(len(summedDimensions))]; !slices.Contains(q.By, d) {
			q.By = append(q.By, d)
		}
	}
	for range r.IntN(3) {
		c := ledger.Condition{Not: r.IntN(3) == 0}
		switch r.IntN(6) {
		case 0:
			c.Dimension, c.Values = ledger.ByUser, []string{""}
		case 1:
			c.Dimension, c.Values = ledger.ByDepartment, []string{"claims", "nobody"}
		case 2:
			c.Dimension, c.Values = ledger.ByModel, []string{"gpt-5-2025-08-07"}
		case 3:
			c.Dimension, c.Values = ledger.ByCostStatus, []string{"unpriced", "invalid"}
		case 4:
			c.Dimension, c.Values = ledger.ByStatus, []string{"error"}
		case 5:
			c.Dimension, c.Values = ledger.ByUser, []string{"u-1", ""}
		}
		q.Where = append(q.Where, c)
	}
	if r.IntN(5) == 0 {
		q.Limit = 1 + r.IntN(3)
	}
	return q
}

// ofUsers makes a question one by user, and of some of them.
func ofUsers(q *ledger.Query, r *rand.Rand) {
	q.By = append([]ledger.Dimension{ledger.ByUser}, [][]ledger.Dimension{nil, {ledger.ByDay}, {ledger.ByStatus}}[r.IntN(3)]...)
	q.Where = nil
	if r.IntN(2) == 0 {
		q.Where = []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{"u-1", "u-2", ""}, Not: r.IntN(2) == 0}}
	}
}

// sumsHistory is a ledger in which calls are written, replaced and forgotten, and the same
// questions are asked in between: what a store keeps of sums must follow the calls.
type sumsHistory struct {
	store     ledger.Store
	random    *rand.Rand
	later     model // calls that are still to be written
	have      model
	questions []ledger.Query
	moves     bool // calls get another start within their day
}

func newSumsHistory(t *testing.T, store ledger.Store, seed uint64, questions int, question func(*rand.Rand) ledger.Query) *sumsHistory {
	rows := model(RandomCalls(900, seed))
	h := &sumsHistory{store: store, random: rand.New(rand.NewPCG(seed, 12)), have: slices.Clone(rows[:300]), later: rows[300:]}
	write(t, store, h.have...)
	for range questions * *draws {
		h.questions = append(h.questions, question(h.random))
	}
	return h
}

func (h *sumsHistory) ask(t *testing.T, what string) {
	t.Helper()
	for i, q := range h.questions {
		want := h.have.aggregate(q)
		for j := range want {
			want[j].Latency = ledger.Latency{}
		}
		if diff := cmp.Diff(want, aggregate(t, h.store, q), options); diff != "" {
			t.Fatalf("%s, question %d, %+v (-want +got):\n%s", what, i, q, diff)
		}
		keptEqual(t, h.store, q, h.have)
	}
}

// change writes new rows, and rows in place of some: at another time of their day, with
// another cost, off the bill or on it again.
func (h *sumsHistory) change(t *testing.T) {
	t.Helper()
	var batch model
	for i := range h.have {
		if h.random.IntN(12) != 0 {
			continue
		}
		c := &h.have[i]
		c.Received, c.Revision = c.Received.Add(time.Hour), c.Revision+1
		switch h.random.IntN(3) {
		case 0:
			if !h.moves {
				c.Department = "moved"
				break
			}
			c.Start = c.Start.UTC().Truncate(24 * time.Hour).Add(time.Duration(h.random.Int64N(int64(24 * time.Hour))))
		case 1:
			c.Cost = ledger.Cost{Status: "priced", Amount: money("1.5"), Currency: "USD"}
		case 2:
			c.Billable = !c.Billable
		}
		batch = append(batch, *c)
	}
	more := h.later[:100]
	h.later = h.later[100:]
	h.have = append(h.have, more...)
	write(t, h.store, append(batch, more...)...)
}

func (h *sumsHistory) forget(t *testing.T, user string) {
	t.Helper()
	if _, err := h.store.Forget(context.Background(), user); err != nil {
		t.Fatal(err)
	}
	for _, rows := range []model{h.have, h.later} {
		for i := range rows {
			if rows[i].User == user {
				rows[i].User, rows[i].ConversationID = ledger.Forgotten, ""
			}
		}
	}
}

// sumsOfAnyPeriod asks for totals between writes of every kind.
func sumsOfAnyPeriod(t *testing.T, store ledger.Store) {
	h := newSumsHistory(t, store, 51, 20, func(r *rand.Rand) ledger.Query {
		q := randomSums(t, r)
		if r.IntN(4) == 0 {
			ofUsers(&q, r)
		}
		return q
	})
	h.moves = true
	h.ask(t, "first")
	h.ask(t, "again")
	for range 6 {
		h.change(t)
		h.ask(t, "written")
		for range 5 * *draws { // some that were not asked before
			h.questions[h.random.IntN(len(h.questions))] = randomSums(t, h.random)
		}
	}
	h.forget(t, "u-2")
	h.ask(t, "forgotten")
}

// randomRollup is a question of whole days or hours that rollups answer, by some of their
// dimensions.
func randomRollup(t *testing.T, r *rand.Rand) ledger.Query {
	dimension := func() ledger.Dimension { return ledger.RollupDimensions[r.IntN(len(ledger.RollupDimensions))] }
	unit := []time.Duration{time.Hour, 24 * time.Hour, 24 * time.Hour}[r.IntN(3)]
	at := func() time.Time { return noon.Add(time.Duration(r.IntN(96))*time.Hour - 72*time.Hour).Truncate(unit) }
	q := ledger.Query{From: at(), Until: at(), TotalsOnly: true}
	if q.Until.Before(q.From) {
		q.From, q.Until = q.Until, q.From
	}
	q.Until = q.Until.Add(unit)
	if r.IntN(3) == 0 {
		q.By = append(q.By, ledger.ByUser)
	}
	for range r.IntN(4) {
		if d := dimension(); !slices.Contains(q.By, d) {
			q.By = append(q.By, d)
		}
	}
	if bucket := []ledger.Dimension{"", "", ledger.ByDay, ledger.ByHour, ledger.ByMonth}[r.IntN(5)]; bucket != "" {
		q.By = append(q.By, bucket)
	}
	if r.IntN(3) == 0 {
		d, c := dimension(), call(1, 1)
		q.Where = []ledger.Condition{{Dimension: d, Values: []string{value(&c, d, nil), "u-1", "claims"}, Not: r.IntN(2) == 0}}
	}
	if r.IntN(5) == 0 {
		q.Limit = 1 + r.IntN(3)
	}
	if _, ok := q.Rollup(); !ok {
		t.Fatalf("no rollup answers %+v", q)
	}
	return q
}

// sumsOfRollups asks for totals of rollups that are made, are made again after calls have
// changed, and have had a user forgotten. No call moves: an hour is summed up again when a
// call is written to it, and not when one leaves it.
func sumsOfRollups(t *testing.T, store ledger.Store) {
	h := newSumsHistory(t, store, 52, 12, func(r *rand.Rand) ledger.Query { return randomRollup(t, r) })
	refresh(t, store)
	h.ask(t, "first")
	for round := range 2 {
		h.change(t)
		if round == 1 {
			h.forget(t, "u-1")
			h.ask(t, "written and forgotten")
		}
		refresh(t, store)
		h.ask(t, "summed up again")
		for i := range h.questions {
			h.questions[i] = randomRollup(t, h.random)
		}
		h.ask(t, "others")
	}
	h.forget(t, "u-2") // the sums are those of before, without the name
	h.ask(t, "forgotten")
}
