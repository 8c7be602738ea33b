package chargeback

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/durable"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Book is the folder of closed months: one JSON file each, written once.
// It is text, so that it can be kept under version control.
type Book struct {
	folder string
}

// OpenBook names the folder; it is made by the first month that is closed.
func OpenBook(folder string) *Book { return &Book{folder: folder} }

// ClosedError reports a month that was closed before.
type ClosedError struct {
	Month string
	At    time.Time
}

func (e *ClosedError) Error() string {
	return fmt.Sprintf("month %s was closed at %s; what changed since appears in the next statement", e.Month, e.At.UTC().Format(time.RFC3339))
}

// UnpricedError reports a month that cannot be closed as it stands: the cost
// of some calls is not known.
type UnpricedError struct {
	Month string
	Calls int64
}

func (e *UnpricedError) Error() string {
	return fmt.Sprintf("month %s has %s without a price: give their models a price, or accept that they are not charged", e.Month, format.Counted(e.Calls, "call"))
}

// Close freezes a statement. The month must be over, and priced throughout
// unless acceptUnpriced; a month is closed once.
func (b *Book) Close(s *Statement, now time.Time, acceptUnpriced bool) error {
	if s.ClosedAt != nil {
		return &ClosedError{Month: s.Month, At: *s.ClosedAt}
	}
	if now.Before(s.Until) {
		return &MonthNotOverError{Month: s.Month, Ends: s.Until}
	}
	if n := s.Ledger.Unpriced; n > 0 && !acceptUnpriced {
		return &UnpricedError{Month: s.Month, Calls: n}
	}
	if err := s.checkRate(); err != nil {
		return err
	}
	if err := s.Verify(); err != nil {
		return err
	}
	at := now.UTC()
	frozen := *s
	frozen.ClosedAt = &at
	var err error
	if frozen.Trail, err = b.Trail(s.Month); err != nil {
		return err
	}
	if err := b.write(b.path(s.Month), &frozen); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return &ClosedError{Month: s.Month, At: at}
		}
		return err
	}
	*s = frozen
	return nil
}

// write adds a file to the book; fs.ErrExist when it is there.
func (b *Book) write(path string, content any) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.folder, 0o750); err != nil {
		return fmt.Errorf("chargeback book: %w", err)
	}
	// The file appears whole or not at all, and never replaces another.
	draft, err := os.CreateTemp(b.folder, ".closing-*")
	if err != nil {
		return fmt.Errorf("chargeback book: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(append(text, '\n'))
	if err := errors.Join(err, draft.Chmod(0o440), draft.Close()); err != nil {
		return fmt.Errorf("chargeback book: %w", err)
	}
	if err := durable.Add(draft.Name(), path); err != nil {
		return fmt.Errorf("chargeback book: %w", err)
	}
	return nil
}

// Month reads a closed month; fs.ErrNotExist when it is open.
func (b *Book) Month(month string) (*Statement, error) {
	if _, err := report.ParseMonth(month, nil); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(b.path(month))
	if err != nil {
		return nil, fmt.Errorf("chargeback book: %w", err)
	}
	var s Statement
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("chargeback book: %s: %w", b.path(month), err)
	}
	if !s.isBilled() {
		s.bill()
	}
	if err := s.Verify(); err != nil {
		return nil, fmt.Errorf("chargeback book: %s was changed after closing: %w", b.path(month), err)
	}
	return &s, nil
}

// Before reads up to n closed months before the given one, the earliest first.
func (b *Book) Before(month string, n int) ([]*Statement, error) {
	months, err := b.months()
	if err != nil {
		return nil, err
	}
	months = slices.DeleteFunc(months, func(name string) bool { return name >= month })
	var statements []*Statement
	for _, name := range months[max(0, len(months)-n):] {
		s, err := b.Month(name)
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

// After is the last closed month after the given one, "" when there is none.
func (b *Book) After(month string) (string, error) {
	months, err := b.months()
	if err != nil || len(months) == 0 || months[len(months)-1] <= month {
		return "", err
	}
	return months[len(months)-1], nil
}

// months are those that are closed, the earliest first.
func (b *Book) months() ([]string, error) {
	entries, err := os.ReadDir(b.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("chargeback book: %w", err)
	}
	var months []string
	for _, entry := range entries {
		name, isStatement := strings.CutSuffix(entry.Name(), ".json")
		if _, err := time.Parse(monthLayout, name); isStatement && err == nil {
			months = append(months, name)
		}
	}
	slices.Sort(months)
	return months, nil
}

func (b *Book) path(month string) string { return filepath.Join(b.folder, month+".json") }
