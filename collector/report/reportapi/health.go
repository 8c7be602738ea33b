package reportapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/health"
)

type healthAnswer struct {
	AsOf        string       `json:"as_of"`
	Grade       health.Grade `json:"grade"`
	Findings    []finding    `json:"findings"`
	Dialects    []dialect    `json:"dialects"`
	DeadLetters *deadLetters `json:"dead_letters"`
	Queues      []queue      `json:"queues"`
}

type finding struct {
	Check string       `json:"check"`
	Grade health.Grade `json:"grade"`
	Text  string       `json:"text"`
	Fix   string       `json:"fix"`
}

type dialect struct {
	Dialect  string `json:"dialect"`
	Requests int64  `json:"requests"`
	Errors   int64  `json:"errors"`
	Unpriced int64  `json:"unpriced"`
}

type deadLetters struct {
	Rows   int64   `json:"rows"`
	Bytes  int64   `json:"bytes"`
	Oldest *string `json:"oldest"`
}

// healthWindow is how far back dialects are looked for.
const healthWindow = 24 * time.Hour

func askHealth(ctx context.Context, in *request) (any, error) {
	found := health.Installation{Reader: in.reader, Prices: in.config.prices}.Examine(ctx, in.now)
	out := healthAnswer{AsOf: in.rfc3339(in.now), Grade: health.OK, Findings: []finding{}, Dialects: []dialect{}}
	var err error
	if out.DeadLetters, err = in.config.letters(); err != nil {
		return nil, err
	}
	if letters := out.DeadLetters; letters != nil {
		f := health.Finding{Check: "dead letters", Grade: health.OK, Says: "none: the ledger has taken every row"}
		if letters.Rows > 0 {
			f.Grade, f.Says = health.Warning, fmt.Sprintf("rejected by the ledger: %s (spans and log records)", format.Counted(letters.Rows, "row"))
			f.Hint = "spanledger deadletter list says why; spanledger deadletter retry sends them again"
		}
		found = append(found, f)
	}
	queues, standing := in.config.queueList(in.now)
	out.Queues = queues
	found = append(found, standing...)
	found = append(found, in.config.unreadFinding(in.now)...).WithWhatArrives()
	for _, f := range found {
		if f.Grade == health.Skipped {
			continue // needs the address of another server, which the command line has
		}
		out.Findings = append(out.Findings, finding{f.Check, f.Grade, f.Says, f.Hint})
		if f.Grade == health.Failed || f.Grade == health.Warning && out.Grade == health.OK {
			out.Grade = f.Grade
		}
	}
	period := report.Since(healthWindow, in.now)
	groups, err := in.reader.Aggregate(ctx, ledger.Query{
		From: period.From, Until: period.Until, By: []ledger.Dimension{ledger.ByDialect}, TotalsOnly: true,
	})
	if err != nil && !errors.Is(err, ledger.ErrNoSchema) {
		return nil, err
	}
	for i := range groups {
		t := &groups[i].Totals
		out.Dialects = append(out.Dialects, dialect{report.Label(ledger.ByDialect, groups[i].Key[0]), t.Calls, t.Errors, t.Unpriced})
	}
	rowsort.StableFunc(out.Dialects, func(a, b dialect) int { return int(b.Requests - a.Requests) })
	return out, nil
}

// letters counts the dead letters; nil where their file is not known.
func (c *config) letters() (*deadLetters, error) {
	if c.deadLetters == "" {
		return nil, nil
	}
	out := &deadLetters{}
	info, err := os.Stat(c.deadLetters)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return out, nil
	case err != nil:
		return nil, fmt.Errorf("dead letters: %w", err)
	}
	out.Bytes = info.Size()
	var oldest time.Time
	for letter, err := range deadletter.New(c.deadLetters).All() {
		if _, unreadable := errors.AsType[*deadletter.UnreadableError](err); err != nil && !unreadable {
			return nil, fmt.Errorf("dead letters: %w", err)
		}
		out.Rows++
		if err == nil && (oldest.IsZero() || letter.Time.Before(oldest)) {
			oldest = letter.Time
		}
	}
	if !oldest.IsZero() {
		out.Oldest = optional(rfc3339(oldest))
	}
	return out, nil
}
