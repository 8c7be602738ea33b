package ledger

import "iter"

// Batch holds what one export brings.
type Batch struct {
	Calls []Call
	Spans []AgentSpan
	// Checked says that the rows would pass Check: it does not look at them again.
	Checked bool
}

// CallsOf yields each call of batches, in place: a call has more than a kilobyte.
func CallsOf(batches []Batch) iter.Seq[*Call] {
	return func(yield func(*Call) bool) {
		for b := range batches {
			for i := range batches[b].Calls {
				if !yield(&batches[b].Calls[i]) {
					return
				}
			}
		}
	}
}

// SpansOf yields each agent span of batches, in place.
func SpansOf(batches []Batch) iter.Seq[*AgentSpan] {
	return func(yield func(*AgentSpan) bool) {
		for b := range batches {
			for i := range batches[b].Spans {
				if !yield(&batches[b].Spans[i]) {
					return
				}
			}
		}
	}
}

// CountRows counts the rows of batches.
func CountRows(batches []Batch) (calls, spans int) {
	for i := range batches {
		calls += len(batches[i].Calls)
		spans += len(batches[i].Spans)
	}
	return calls, spans
}

// CheckBatches reports the first row that no store can hold, as a *RowError.
func CheckBatches(batches []Batch) error {
	for i := range batches {
		if err := batches[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

// Check reports the first row that no store can hold, as a *RowError.
func (b *Batch) Check() error {
	if b.Checked {
		return nil
	}
	if err := CheckRows(b.Calls); err != nil {
		return err
	}
	return CheckRows(b.Spans)
}
