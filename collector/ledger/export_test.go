package ledger

// BillReader reads bills without those that others have read.
type BillReader struct{ r billReader }

// Read reads a bill.
func (b *BillReader) Read(text string) Bill {
	if text == "" {
		return Bill{}
	}
	if b.r.known == nil {
		b.r.known = map[string]*Rates{}
	}
	return b.r.read(text)
}
