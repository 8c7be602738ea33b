package chargeback

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/durable"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// CreditNote takes a closed statement back, whole. The statement it cancels is kept
// next to it.
type CreditNote struct {
	Month     string           `json:"month"`
	Number    int              `json:"number"` // of the month, from 1
	At        time.Time        `json:"at"`
	Reason    string           `json:"reason"`
	Currency  string           `json:"currency"`
	Lines     []CreditLine     `json:"lines"`
	Total     udecimal.Decimal `json:"total"`
	ClosedAt  time.Time        `json:"closed_at"`        // of the statement
	Statement string           `json:"statement_sha256"` // of its file
}

// CreditLine holds the amount that a department gets back.
type CreditLine struct {
	Department string           `json:"department"`
	Amount     udecimal.Decimal `json:"amount"` // the negative of what was billed
}

// LaterMonthError reports a month that later closed months build on.
type LaterMonthError struct{ Month, Later string }

func (e *LaterMonthError) Error() string {
	return fmt.Sprintf("month %s: %s is closed after it and carries its corrections: reopen %s first, or let the correction appear in the next statement", e.Month, e.Later, e.Later)
}

// Reopen cancels a closed month by a credit note: from then on it is open, and can be
// closed again. The cancelled statement and the note stay in the book.
func (b *Book) Reopen(month, reason string, now time.Time) (*CreditNote, error) {
	if reason == "" {
		return nil, errors.New("reopen: without a reason: say what is wrong with the statement")
	}
	s, err := b.Month(month)
	if err != nil {
		return nil, err
	}
	later, err := b.After(month)
	if err != nil {
		return nil, err
	}
	if later != "" {
		return nil, &LaterMonthError{month, later}
	}
	text, err := os.ReadFile(b.path(month))
	if err != nil {
		return nil, fmt.Errorf("chargeback book: %w", err)
	}
	sum := sha256.Sum256(text)
	note := &CreditNote{
		Month: month, At: now.UTC(), Reason: reason, Currency: s.BillingCurrency(), Total: s.Billed.Neg(),
		ClosedAt: *s.ClosedAt, Statement: hex.EncodeToString(sum[:]),
	}
	for i := range s.Charges {
		if c := &s.Charges[i]; !c.Billed.IsZero() {
			note.Lines = append(note.Lines, CreditLine{c.Department, c.Billed.Neg()})
		}
	}
	trail, err := b.Trail(month)
	if err != nil {
		return nil, err
	}
	note.Number = len(trail) + 1
	if len(trail) > 0 && trail[len(trail)-1].Statement == note.Statement {
		// A run that was cut short wrote the note, and not moved the statement.
		*note = trail[len(trail)-1]
	} else if err := b.write(b.notePath(month, note.Number), note); err != nil {
		return nil, err
	}
	if err := durable.Replace(b.path(month), filepath.Join(b.folder, fmt.Sprintf("%s.cancelled-%d.json", month, note.Number))); err != nil {
		return nil, fmt.Errorf("chargeback book: %w", err)
	}
	return note, nil
}

// Trail are the credit notes of a month, the first first.
func (b *Book) Trail(month string) ([]CreditNote, error) {
	var trail []CreditNote
	for number := 1; ; number++ {
		text, err := os.ReadFile(b.notePath(month, number))
		if errors.Is(err, fs.ErrNotExist) {
			return trail, nil
		}
		if err != nil {
			return nil, fmt.Errorf("chargeback book: %w", err)
		}
		var note CreditNote
		if err := json.Unmarshal(text, &note); err != nil {
			return nil, fmt.Errorf("chargeback book: %s: %w", b.notePath(month, number), err)
		}
		trail = append(trail, note)
	}
}

func (b *Book) notePath(month string, number int) string {
	return filepath.Join(b.folder, fmt.Sprintf("%s.credit-%d.json", month, number))
}

// Document lays the note out.
func (n *CreditNote) Document() *format.Document {
	table := format.Table{Name: "credit", Columns: []format.Column{
		{Key: "department", Header: "Department"},
		{Key: "amount", Header: "Amount (" + n.Currency + ")", Kind: payable(n.Currency)},
	}}
	for _, line := range n.Lines {
		table.Rows = append(table.Rows, []any{report.Label(ledger.ByDepartment, line.Department), line.Amount})
	}
	if len(table.Rows) > 0 {
		table.Total = []any{"Total", n.Total}
	}
	return &format.Document{
		Name: "credit_note", Title: fmt.Sprintf("Credit note %d for %s", n.Number, n.Month), Tables: []format.Table{table},
		Notes: []string{
			"Reason: " + n.Reason,
			fmt.Sprintf("Cancels the statement closed %s (sha256 %s), which is kept in the book.", n.ClosedAt.UTC().Format(time.RFC3339), n.Statement),
		},
	}
}
