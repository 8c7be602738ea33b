package ledger

import (
	"slices"
	"strconv"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Bill lists the cost of a call line by line: rates, which many bills
// share, and a quantity for each, of which the amounts follow. A bill whose text these
// would not give again to the byte is kept as that text: one of another program, or
// with an amount that had to be rounded.
type Bill struct {
	rates      *Rates
	quantities []int64
	text       string // where there are no rates
}

var billReaders = sync.Pool{New: func() any { return new(BillReader) }}

// ReadBill reads the text of a bill. It refers to the text only if it stores all of it.
func ReadBill(text string) Bill {
	r := billReaders.Get().(*BillReader)
	bill := r.Read(text)
	billReaders.Put(r)
	return bill
}

// Split returns what a bill is stored as: its rates and the quantity of each, or its
// text, which is empty where there is no bill.
func (b *Bill) Split() (rates *Rates, quantities []int64, text string) {
	return b.rates, b.quantities, b.text
}

// IsZero reports that there is no bill.
func (b Bill) IsZero() bool { return b.rates == nil && b.text == "" }

// Lines returns the lines of the bill; ok is false for a text in another form than
// that of pricing.
func (b *Bill) Lines() (lines []pricing.Line, ok bool) {
	if b.rates == nil {
		return pricing.ParseLines(nil, b.text)
	}
	lines = slices.Clone(b.rates.Lines)
	for i, n := range b.quantities {
		lines[i].Quantity, lines[i].Amount = n, b.rates.amount(i, n)
	}
	return lines, true
}

// Text is the bill as pricing.AppendLines writes it.
func (b Bill) Text() string {
	if b.rates == nil {
		return b.text
	}
	text, _ := b.AppendText(nil) // never fails
	return string(text)
}

// AppendText appends Text.
func (b Bill) AppendText(dst []byte) ([]byte, error) {
	if b.rates == nil {
		return append(dst, b.text...), nil
	}
	for i, n := range b.quantities {
		t := &b.rates.texts[i]
		dst = strconv.AppendInt(append(dst, t.lead...), n, 10)
		dst, _ = b.rates.amount(i, n).AppendText(append(dst, t.middle...)) // never fails
	}
	return append(dst, billEnd...), nil
}

// MarshalText makes the bill a text in JSON.
func (b Bill) MarshalText() ([]byte, error) { return b.AppendText(nil) }

// UnmarshalText takes what MarshalText gives.
func (b *Bill) UnmarshalText(text []byte) error {
	*b = ReadBill(string(text))
	return nil
}

// Valid reports that the stores can hold the texts of the bill.
func (b *Bill) Valid() bool {
	if b.rates != nil {
		return b.rates.valid
	}
	return ValidText(b.text)
}

// BillReader reads one bill after another, for one goroutine. It is worth keeping: it
// remembers rates. The zero value has read nothing.
type BillReader struct {
	known  map[string]*Rates // by text; nil for rates whose bills are kept as text
	latest []*Rates          // that bills were of, the last first
	lines  []pricing.Line
	buf    []byte
	room   []int64 // for the quantities of this bill and those to come
}

// maxKnown bounds what is remembered: more than the models of a busy service.
// maxRates bounds the text of each. maxLatest bounds what is tried before a bill is
// read without known rates.
const (
	maxKnown  = 1024
	maxRates  = 2048
	maxLatest = 8
)

// quantitiesAtOnce is how many quantities are allocated together, and maxLines how
// many lines a bill ordinarily has at most.
const (
	quantitiesAtOnce = 1024
	maxLines         = 16
)

// Read is ReadBill.
func (r *BillReader) Read(text string) Bill {
	if text == "" {
		return Bill{}
	}
	if cap(r.room)-len(r.room) < maxLines {
		r.room = make([]int64, 0, quantitiesAtOnce)
	}
	before := len(r.room)
	for i, rates := range r.latest {
		if appended, ok := rates.match(text, r.room, &r.buf); ok {
			r.use(rates, i)
			return r.bill(rates, appended, before)
		}
	}
	appended, ok := r.scan(text)
	if !ok {
		return Bill{text: text}
	}
	rates, known := r.known[string(r.buf)]
	if !known {
		rates = r.remember(string(r.buf))
	}
	if rates == nil {
		return Bill{text: text}
	}
	bill := Bill{rates: rates, quantities: appended[before:]}
	if r.buf, _ = bill.AppendText(r.buf[:0]); string(r.buf) != text {
		return Bill{text: text}
	}
	r.use(rates, len(r.latest))
	return r.bill(rates, appended, before)
}

func (r *BillReader) bill(rates *Rates, appended []int64, before int) Bill {
	r.room = appended
	return Bill{rates: rates, quantities: appended[before:len(appended):len(appended)]}
}

// use moves rates to the front, which were at i or nowhere.
func (r *BillReader) use(rates *Rates, i int) {
	if i == len(r.latest) && i < maxLatest {
		r.latest = append(r.latest, nil)
	}
	i = min(i, len(r.latest)-1)
	copy(r.latest[1:i+1], r.latest[:i])
	r.latest[0] = rates
}

// scan reads a bill of unknown rates, whose text it leaves in buf.
func (r *BillReader) scan(text string) (quantities []int64, ok bool) {
	if r.lines, ok = pricing.ParseLines(r.lines[:0], text); !ok || len(r.lines) == 0 {
		return nil, false
	}
	quantities, r.buf = r.room, r.buf[:0]
	for i := range r.lines {
		quantities = append(quantities, r.lines[i].Quantity)
		if r.buf, ok = appendRate(r.buf, &r.lines[i]); !ok {
			return nil, false
		}
	}
	return quantities, true
}

// remember reads rates that are not known.
func (r *BillReader) remember(text string) *Rates {
	if len(r.known) >= maxKnown {
		clear(r.known)
	}
	rates := readRates(text)
	if len(text) <= maxRates {
		if r.known == nil {
			r.known = map[string]*Rates{}
		}
		r.known[text] = rates
	}
	return rates
}
