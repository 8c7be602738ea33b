package ledgerapiextension

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

// slowStore answers when it is released, and counts the questions that wait for it.
type slowStore struct {
	ledger.Store
	arrived chan struct{}
	release chan struct{}
	err     error
}

func (s *slowStore) Aggregate(context.Context, ledger.Query) ([]ledger.Group, error) {
	s.arrived <- struct{}{}
	<-s.release
	return nil, s.err
}

func (s *slowStore) Close() error { return nil }

func TestReader_AsksTheStoreAFewQuestionsAtATime(t *testing.T) {
	const questions = 3 * maxQuestions
	store := &slowStore{arrived: make(chan struct{}, questions), release: make(chan struct{})}
	r := newReader("duckdb://unused")
	r.store = store
	var all sync.WaitGroup
	for range questions {
		all.Go(func() {
			_, err := r.Aggregate(context.WithoutCancel(t.Context()), ledger.Query{})
			assert.NoError(t, err)
		})
	}
	require.Eventually(t, func() bool { return len(store.arrived) == maxQuestions }, 10*time.Second, time.Millisecond)
	assert.Never(t, func() bool { return len(store.arrived) > maxQuestions }, 50*time.Millisecond, 5*time.Millisecond)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.Aggregate(ctx, ledger.Query{})
	require.ErrorIs(t, err, context.Canceled, "a question in the queue ends with its request")

	close(store.release)
	all.Wait()
	assert.Len(t, store.arrived, questions, "all were answered in the end")
}

func TestReader_DoesNotAskAnUnreachableStoreAgainForThoseThatWaited(t *testing.T) {
	const questions = 3 * maxQuestions
	unreachable := &ledger.StoreError{Cause: ledger.CauseUnreachable, Err: errors.New("the server has sent nothing")}
	store := &slowStore{arrived: make(chan struct{}, questions+1), release: make(chan struct{}), err: unreachable}
	r := newReader("duckdb://unused")
	r.store = store
	var all sync.WaitGroup
	for range questions {
		all.Go(func() {
			_, err := r.Aggregate(t.Context(), ledger.Query{})
			assert.ErrorIs(t, err, unreachable)
		})
	}
	require.Eventually(t, func() bool { return len(store.arrived) == maxQuestions }, 10*time.Second, time.Millisecond)
	time.Sleep(1100 * time.Millisecond) // longer than an error of one connection
	close(store.release)
	all.Wait()
	assert.Len(t, store.arrived, maxQuestions)

	_, err := r.Aggregate(t.Context(), ledger.Query{})
	require.ErrorIs(t, err, unreachable)
	assert.Len(t, store.arrived, maxQuestions+1, "a later question is asked")
}
