package ledger

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"time"
)

// ForgottenUser says that a user was forgotten, without naming the user: spans
// that are delivered again, or late, must not bring the user back. Anyone who can
// read it can still test whether a name that they guess was forgotten.
type ForgottenUser struct {
	Key   [32]byte // of Hash
	Hash  [32]byte // HMAC-SHA-256 of the user
	Since time.Time
}

// NewForgottenUser forgets a user from an instant on.
func NewForgottenUser(user string, since time.Time) ForgottenUser {
	f := ForgottenUser{Since: since.UTC().Truncate(time.Microsecond)}
	_, _ = rand.Read(f.Key[:]) // never fails
	f.Hash = f.hash(user)
	return f
}

func (f *ForgottenUser) hash(user string) (sum [32]byte) {
	mac := hmac.New(sha256.New, f.Key[:])
	mac.Write([]byte(user))
	mac.Sum(sum[:0])
	return sum
}

// ForgottenUsers is all users that a store has forgotten.
type ForgottenUsers []ForgottenUser

// in tells whether a user was forgotten after an instant.
func (f ForgottenUsers) in(seen map[string]time.Time, user string, at time.Time) bool {
	if user == "" || user == Forgotten {
		return false
	}
	since, known := seen[user]
	if !known {
		for i := range f {
			if f[i].Since.After(since) && f[i].hash(user) == f[i].Hash {
				since = f[i].Since
			}
		}
		seen[user] = since
	}
	return at.Before(since)
}

// Batches is the batches with Forgotten in place of the users whose rows start
// before they were forgotten. What is given is not changed.
func (f ForgottenUsers) Batches(batches []Batch) []Batch {
	if len(f) == 0 {
		return batches
	}
	seen := make(map[string]time.Time)
	batches = slices.Clone(batches)
	for i := range batches {
		batches[i] = f.batch(seen, batches[i])
	}
	return batches
}

func (f ForgottenUsers) batch(seen map[string]time.Time, batch Batch) Batch {
	copied := false
	for i := range batch.Calls {
		if c := &batch.Calls[i]; f.in(seen, c.User, c.Start) {
			if !copied {
				batch.Calls, copied = slices.Clone(batch.Calls), true
			}
			batch.Calls[i].User, batch.Calls[i].ConversationID = Forgotten, ""
		}
	}
	copied = false
	for i := range batch.Spans {
		if s := &batch.Spans[i]; f.in(seen, s.User, s.Start) {
			if !copied {
				batch.Spans, copied = slices.Clone(batch.Spans), true
			}
			batch.Spans[i].User, batch.Spans[i].ConversationID = Forgotten, ""
		}
	}
	return batch
}

// Logs is the log records without those of forgotten users. The slice given is
// not changed.
func (f ForgottenUsers) Logs(logs []Log) []Log {
	if len(f) == 0 {
		return logs
	}
	seen := make(map[string]time.Time)
	forgotten := func(l Log) bool { return f.in(seen, l.User, l.Time) }
	if !slices.ContainsFunc(logs, forgotten) {
		return logs
	}
	return slices.DeleteFunc(slices.Clone(logs), forgotten)
}

// Results is the results with Forgotten in place of the users who were forgotten after
// them, and without their conversations. The slice given is not changed.
func (f ForgottenUsers) Results(results []Result) []Result {
	if len(f) == 0 {
		return results
	}
	results = slices.Clone(results)
	seen := make(map[string]time.Time)
	for i := range results {
		if f.in(seen, results[i].User, results[i].Time) {
			results[i].User, results[i].ConversationID = Forgotten, ""
		}
	}
	return results
}

// Sums is the sums with Forgotten in place of users that were forgotten after
// the hour began. The slice given is not changed.
func (f ForgottenUsers) Sums(sums []Sum) []Sum {
	if len(f) == 0 {
		return sums
	}
	sums = slices.Clone(sums)
	seen := make(map[string]time.Time)
	for i := range sums {
		if f.in(seen, sums[i].User, sums[i].Hour) {
			sums[i].User = Forgotten
		}
	}
	return sums
}
