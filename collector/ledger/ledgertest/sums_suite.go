package ledgertest

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spanledger/spanledger/collector/ledger"
)

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

// sumsOfAnyPeriod asks for totals between writes of every kind, the same questions more
// than once: what a store keeps of an answer must follow what is written.
func sumsOfAnyPeriod(t *testing.T, store ledger.Store) {
	r := rand.New(rand.NewPCG(11, 12))
	rows := model(RandomCalls(900, 51))
	have := slices.Clone(rows[:300])
	write(t, store, have...)
	questions := make([]ledger.Query, 40)
	for i := range questions {
		questions[i] = randomSums(t, r)
		if i%4 == 0 {
			ofUsers(&questions[i], r)
		}
	}
	ask := func(what string) {
		t.Helper()
		for i, q := range questions {
			want := have.aggregate(q)
			for j := range want {
				want[j].Latency = ledger.Latency{}
			}
			if diff := cmp.Diff(want, aggregate(t, store, q), options); diff != "" {
				t.Fatalf("%s, question %d, %+v (-want +got):\n%s", what, i, q, diff)
			}
			keptEqual(t, store, q, have)
		}
	}
	ask("first")
	ask("again")
	for round := range 6 {
		// New rows, and rows in place of some: at another time of their day, with another
		// cost, off the bill.
		var batch model
		for i := range have {
			if r.IntN(12) != 0 {
				continue
			}
			c := &have[i]
			c.Received, c.Revision = c.Received.Add(time.Hour), c.Revision+1
			switch r.IntN(3) {
			case 0:
				c.Start = c.Start.UTC().Truncate(24 * time.Hour).Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
			case 1:
				c.Cost = ledger.Cost{Status: "priced", Amount: money("1.5"), Currency: "USD"}
			case 2:
				c.Billable = !c.Billable
			}
			batch = append(batch, *c)
		}
		more := rows[300+round*100 : 400+round*100]
		have = append(have, more...)
		write(t, store, append(batch, more...)...)
		ask("written")
		for range 5 { // some that were not asked before
			questions[r.IntN(len(questions))] = randomSums(t, r)
		}
	}
	if _, err := store.Forget(context.Background(), "u-2"); err != nil {
		t.Fatal(err)
	}
	for i := range have {
		if have[i].User == "u-2" {
			have[i].User, have[i].ConversationID = ledger.Forgotten, ""
		}
	}
	ask("forgotten")
}
