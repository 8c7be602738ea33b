package dialect

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// slot is the value of one field of a draft.
type slot struct {
	state slotState
	rank  uint16 // of the mapping that filled it; lower is better
	moved bool   // not yet on the span in this form under this key
	flag  bool
	count int64
	num   float64
	text  string
	list  []string
	raw   pcommon.Value // only when malformed: the value as it came
}

// reset empties the slot. What it held when malformed may stay: it is not read
// again before it is set.
func (s *slot) reset() {
	s.state, s.rank, s.moved, s.flag = empty, 0, false, false
	s.count, s.num, s.text = 0, 0, ""
	s.list = s.list[:0]
}

type slotState uint8

const (
	empty slotState = iota
	good
	malformed
)

// read fills s with v as kind. It reports false when v says nothing (an empty
// string, an empty list), in which case s is unchanged. exact is true when v
// already has the type the conventions ask for.
func (s *slot) read(kind Kind, v pcommon.Value) (said, exact bool) {
	switch kind {
	case Text:
		return s.readText(v)
	case Count:
		return s.readCount(v)
	case Number:
		return s.readNumber(v)
	case Flag:
		return s.readFlag(v)
	case List:
		return s.readList(v)
	case Money:
		return s.readMoney(v)
	}
	return false, false
}

func (s *slot) readText(v pcommon.Value) (said, exact bool) {
	if v.Type() == pcommon.ValueTypeStr {
		if v.Str() == "" {
			return false, false
		}
		s.state, s.text = good, v.Str()
		return true, true
	}
	text := v.AsString()
	if text == "" {
		return false, false
	}
	s.state, s.text = good, text
	return true, false
}

func (s *slot) readCount(v pcommon.Value) (said, exact bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		s.count = v.Int()
		if s.count < 0 {
			s.setMalformed(v)
			return true, true
		}
		s.state = good
		return true, true
	case pcommon.ValueTypeDouble:
		if n, ok := wholeCount(v.Double()); ok {
			s.state, s.count = good, n
			return true, false
		}
	case pcommon.ValueTypeStr:
		text := strings.Trim(v.Str(), `" `)
		if text == "" {
			return false, false
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
			s.state, s.count = good, n
			return true, false
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			if n, ok := wholeCount(f); ok {
				s.state, s.count = good, n
				return true, false
			}
		}
	case pcommon.ValueTypeEmpty:
		return false, false
	}
	s.setMalformed(v)
	return true, true
}

// wholeCount converts a double that holds a whole number exactly: up to 2^53,
// beyond which a double cannot represent every whole number.
func wholeCount(f float64) (int64, bool) {
	const limit = 1 << 53
	if math.IsNaN(f) || f < 0 || f > limit || f != math.Trunc(f) {
		return 0, false
	}
	return int64(f), true
}

func (s *slot) readNumber(v pcommon.Value) (said, exact bool) {
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		s.state, s.num = good, v.Double()
		return true, true
	case pcommon.ValueTypeInt:
		s.state, s.num = good, float64(v.Int())
		return true, false
	case pcommon.ValueTypeStr:
		f, err := strconv.ParseFloat(strings.TrimSpace(v.Str()), 64)
		if err != nil {
			return false, false
		}
		s.state, s.num = good, f
		return true, false
	}
	return false, false
}

func (s *slot) readFlag(v pcommon.Value) (said, exact bool) {
	switch v.Type() {
	case pcommon.ValueTypeBool:
		s.state, s.flag = good, v.Bool()
		return true, true
	case pcommon.ValueTypeStr:
		b, err := strconv.ParseBool(strings.ToLower(v.Str()))
		if err != nil {
			return false, false
		}
		s.state, s.flag = good, b
		return true, false
	}
	return false, false
}

func (s *slot) readList(v pcommon.Value) (said, exact bool) {
	switch v.Type() {
	case pcommon.ValueTypeSlice:
		if v.Slice().Len() == 0 {
			return false, false
		}
		s.list = s.list[:0]
		for _, e := range v.Slice().All() {
			s.list = append(s.list, e.AsString())
		}
		s.state = good
		return true, true
	case pcommon.ValueTypeStr:
		if v.Str() == "" {
			return false, false
		}
		s.state, s.list = good, append(s.list[:0], v.Str())
		return true, false
	}
	return false, false
}

// readMoney keeps an amount only if it is one: a finite number, not negative.
func (s *slot) readMoney(v pcommon.Value) (said, exact bool) {
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		f := v.Double()
		if math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
			return false, false
		}
		s.state, s.text = good, strconv.FormatFloat(f, 'f', -1, 64)
		return true, false
	case pcommon.ValueTypeInt:
		if v.Int() < 0 {
			return false, false
		}
		s.state, s.text = good, strconv.FormatInt(v.Int(), 10)
		return true, false
	case pcommon.ValueTypeStr:
		f, err := strconv.ParseFloat(v.Str(), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
			return false, false
		}
		s.state, s.text = good, v.Str()
		return true, true
	}
	return false, false
}

func (s *slot) setMalformed(v pcommon.Value) {
	s.state = malformed
	s.raw = pcommon.NewValueEmpty()
	v.CopyTo(s.raw)
}

// write puts the value on the span under key.
func (s *slot) write(kind Kind, key string, attrs pcommon.Map) {
	if s.state == malformed {
		s.raw.CopyTo(attrs.PutEmpty(key))
		return
	}
	switch kind {
	case Text, Money:
		attrs.PutStr(key, s.text)
	case Count:
		attrs.PutInt(key, s.count)
	case Number:
		attrs.PutDouble(key, s.num)
	case Flag:
		attrs.PutBool(key, s.flag)
	case List:
		values := attrs.PutEmptySlice(key)
		values.EnsureCapacity(len(s.list))
		for _, text := range s.list {
			values.AppendEmpty().SetStr(text)
		}
	}
}
