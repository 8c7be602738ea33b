package deadletter

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/durable"
)

// drainSuffix names the file that is being drained. A collector continues
// appending to the file itself meanwhile.
const drainSuffix = ".draining"

// unreadableSuffix names the file that lines go to which are no letters.
const unreadableSuffix = ".unreadable"

// Sender takes what a letter holds.
type Sender struct {
	Traces func(context.Context, ptrace.Traces) error
	Logs   func(context.Context, plog.Logs) error
	// SetAside is told of a line that is no letter and into which file it went;
	// nil says nothing.
	SetAside func(line *UnreadableError, file string)
}

// Drain gives every letter to send and drops the letters it takes. It stops at
// the first it does not take: that letter and those after it go back to the
// file, as do letters without anything that can be sent. Lines that are no
// letters go to a file of their own. What a drain that was
// killed left behind is drained first; one may then be sent twice, which the
// ledger counts once.
func (f *File) Drain(ctx context.Context, send Sender) (sent int, err error) {
	draining := New(f.path + drainSuffix)
	if _, err := os.Stat(draining.path); errors.Is(err, fs.ErrNotExist) {
		f.appending.Lock()
		err = durable.Replace(f.path, draining.path)
		f.appending.Unlock()
		if errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	var rest []Letter
	var torn []byte
	var failure, unreadable error // the first of each
	for letter, err := range draining.All() {
		if line, ok := errors.AsType[*UnreadableError](err); ok {
			torn = append(append(torn, line.Text...), '\n')
			if send.SetAside != nil {
				send.SetAside(line, f.path+unreadableSuffix)
			}
			continue
		}
		if err != nil {
			return sent, err
		}
		deliver, err := delivery(letter, send)
		switch {
		case err != nil:
			if unreadable == nil {
				unreadable = err
			}
		case failure == nil:
			if failure = deliver(ctx); failure == nil {
				sent++
				continue
			}
		}
		rest = append(rest, letter)
	}
	if err := errors.Join(f.setAside(torn), f.Append(rest)); err != nil {
		return sent, errors.Join(failure, unreadable, err)
	}
	return sent, errors.Join(failure, unreadable, os.Remove(draining.path))
}

// setAside keeps lines that are no letters.
func (f *File) setAside(lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	file, err := os.OpenFile(f.path+unreadableSuffix, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(lines)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// delivery reads what the letter holds; the function it returns sends it.
func delivery(letter Letter, send Sender) (func(context.Context) error, error) {
	if letter.Log != nil {
		ld, err := letter.Logs()
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) error {
			if err := send.Logs(ctx, ld); err != nil {
				return fmt.Errorf("log record of %s/%s: %w", letter.TraceID, letter.SpanID, err)
			}
			return nil
		}, nil
	}
	td, err := letter.Traces()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		if err := send.Traces(ctx, td); err != nil {
			return fmt.Errorf("span %s/%s: %w", letter.TraceID, letter.SpanID, err)
		}
		return nil
	}, nil
}
