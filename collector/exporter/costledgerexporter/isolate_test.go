package costledgerexporter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/ledger"
)

func numbers(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func TestIsolate_FindsTheRowsAStoreCannotTake(t *testing.T) {
	for _, bad := range [][]int{{0}, {4999}, {17, 18, 2500}} {
		written := make(map[int]bool)
		i := isolate(t.Context(), numbers(5000), nil, func(_ context.Context, rows []int) error {
			for _, row := range rows {
				if slices.Contains(bad, row) {
					return errors.New("no such value")
				}
			}
			for _, row := range rows {
				written[row] = true
			}
			return nil
		})
		assert.ElementsMatch(t, bad, i.poison)
		assert.Empty(t, i.left)
		assert.Len(t, written, 5000-len(bad))
		assert.ErrorContains(t, i.reason, "no such value")
	}
}

func TestIsolate_FindsTheRowThatTakesTooLong(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	i := isolate(ctx, numbers(300), nil, func(ctx context.Context, rows []int) error {
		if slices.Contains(rows, 123) {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	assert.Equal(t, []int{123}, i.poison)
	assert.Empty(t, i.left)
}

func TestIsolate_FindsARowThatCameAlone(t *testing.T) {
	write := func(_ context.Context, rows []int) error {
		if slices.Contains(rows, 7) {
			return errors.New("no such value")
		}
		return nil
	}
	assert.Equal(t, []int{7}, isolate(t.Context(), []int{7}, []int{1}, write).poison)
	i := isolate(t.Context(), []int{7}, nil, write)
	assert.Empty(t, i.poison, "without a row that is known to be good the store may be to blame")
	assert.Equal(t, []int{7}, i.left)
}

// TestIsolate_BlamesNoRowForTheStoresTrouble: what is lost by blaming a row is
// a call without a bill.
func TestIsolate_BlamesNoRowForTheStoresTrouble(t *testing.T) {
	full := &ledger.StoreError{Cause: ledger.CauseDiskFull, Err: errors.New("no space")}
	for name, fail := range map[string]func(n int, rows []int) error{
		"every write fails":                  func(int, []int) error { return errors.New("broken") },
		"the disk is full":                   func(int, []int) error { return full },
		"the store breaks after some writes": func(n int, _ []int) error { return after(n, 5, errors.New("broken")) },
		"the disk fills after some writes":   func(n int, _ []int) error { return after(n, 5, full) },
		"it is broken for a while": func(n int, _ []int) error {
			if n > 3 && n < 120 {
				return fmt.Errorf("write %d: broken", n)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			written := make(map[int]bool)
			i := isolate(t.Context(), numbers(100), nil, func(_ context.Context, rows []int) error {
				n++
				if err := fail(n, rows); err != nil {
					return err
				}
				for _, row := range rows {
					written[row] = true
				}
				return nil
			})
			assert.Empty(t, i.poison)
			for _, row := range numbers(100) {
				assert.True(t, written[row] || slices.Contains(i.left, row), "row %d is lost", row)
			}
			if len(i.left) > 0 {
				assert.Error(t, i.err)
			}
		})
	}
}

func after(n, from int, err error) error {
	if n > from {
		return err
	}
	return nil
}
