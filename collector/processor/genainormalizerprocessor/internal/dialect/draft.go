package dialect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/internal/attrmemory"
	"github.com/spanledger/spanledger/collector/internal/keyorder"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// maxJSON bounds the JSON attributes that are looked into: usage takes hundreds
// of bytes, but some emitters put it at the end of a whole answer.
const maxJSON = 256 << 10

// Draft is one span being rewritten; it is used for one span after another by
// one goroutine.
type Draft struct {
	keys  *keyorder.Finder[*meaning]
	seen  []*meaning // of each attribute
	slots [numFields]slot

	touched []Field
	tags    []tag
	stale   []string // source attributes whose value now stands under another key
}

func (d *Draft) reset() {
	for _, f := range d.touched {
		d.slots[f].reset()
	}
	d.touched = d.touched[:0]
	clear(d.tags)
	d.tags = d.tags[:0]
	clear(d.stale)
	d.stale = d.stale[:0]
}

// look finds out what the attributes mean, and gives their families.
func (d *Draft) look(attrs pcommon.Map) (families Family) {
	d.seen = d.seen[:0]
	d.keys.Begin()
	for key := range attrs.All() {
		m := d.keys.Find(key)
		families |= m.families
		d.seen = append(d.seen, m)
	}
	return families
}

// take reads one attribute of the span.
func (d *Draft) take(key string, v pcommon.Value, m *compiledMapping) {
	switch {
	case m.json != nil:
		d.takeJSON(v, m)
		return
	case m.tag != "":
		if text := v.AsString(); text != "" {
			d.tags, d.stale = append(d.tags, tag{m.tag, text}), append(d.stale, key)
		}
		return
	}
	to := &d.slots[m.field]
	if to.state == empty {
		if d.fill(key, v, m, to) {
			d.touched = append(d.touched, m.field)
		}
		return
	}
	if m.rank >= to.rank {
		if !m.keep {
			d.stale = append(d.stale, key)
		}
		return
	}
	better := slot{list: to.list}
	if d.fill(key, v, m, &better) {
		*to = better
	}
}

// fill reads an attribute into an empty slot. It reports false when the attribute
// says nothing, and leaves the slot empty.
func (d *Draft) fill(key string, v pcommon.Value, m *compiledMapping, to *slot) bool {
	if m.values != nil && !slices.ContainsFunc(m.values, func(value string) bool { return strings.EqualFold(value, v.AsString()) }) {
		return false
	}
	said, exact := to.read(m.kind, v)
	if !said {
		return false
	}
	if !m.own && !m.keep {
		d.stale = append(d.stale, key)
	}
	if m.quoted && m.kind == Text && len(to.text) > 1 && to.text[0] == '"' {
		if text, err := strconv.Unquote(to.text); err == nil {
			to.text, exact = text, false
		}
	}
	to.moved = !m.own || !exact
	to.rank = m.rank
	return true
}

// takeJSON reads the members of a JSON object held in a string, or of a map.
func (d *Draft) takeJSON(v pcommon.Value, m *compiledMapping) {
	var text string
	switch v.Type() {
	case pcommon.ValueTypeStr:
		text = v.Str()
	case pcommon.ValueTypeMap:
		text = v.AsString()
	default:
		return
	}
	if len(text) < 2 || len(text) > maxJSON {
		return
	}
	if strings.HasPrefix(text, "{'") {
		text = jsonOfPython(text)
	}
	if !gjson.Valid(text) {
		return
	}
	object := gjson.Parse(text)
	if object.Type == gjson.String && gjson.Valid(object.Str) { // encoded twice
		object = gjson.Parse(object.Str)
	}
	d.takeObject(object, m.json, m.rank)
}

// takeObject reads the members of an object, each once.
func (d *Draft) takeObject(object gjson.Result, members *members, rank uint16) {
	if !object.IsObject() {
		return
	}
	object.ForEach(func(key, value gjson.Result) bool {
		m, known := members.byName[key.Str]
		if !known || value.Type == gjson.Null {
			return true
		}
		if m.inner != nil {
			d.takeObject(value, m.inner, rank)
		}
		if m.field == None || !d.better(m.field, rank+m.rank) {
			return true
		}
		s := slot{rank: rank + m.rank, moved: true, list: d.slots[m.field].list}
		if s.readJSON(fields[m.field].kind, value) {
			d.put(m.field, s)
		}
		return true
	})
}

// readJSON fills s with a member. A count that is none is kept as the number
// or text it is.
func (s *slot) readJSON(kind Kind, value gjson.Result) bool {
	switch {
	case kind == Count && value.Type == gjson.Number:
		if n, ok := wholeCount(value.Num); ok {
			s.state, s.count = good, n
			return true
		}
	case kind == Text && value.Type == gjson.String:
		if value.Str == "" {
			return false
		}
		s.state, s.text = good, value.Str
		return true
	case kind == Number && value.Type == gjson.Number:
		s.state, s.num = good, value.Num
		return true
	case kind == Flag && (value.Type == gjson.True || value.Type == gjson.False):
		s.state, s.flag = good, value.Type == gjson.True
		return true
	}
	v := pcommon.NewValueEmpty()
	switch {
	case value.Type == gjson.Number:
		v.SetDouble(value.Num)
	case value.Type == gjson.True, value.Type == gjson.False:
		v.SetBool(value.Bool())
	case value.IsArray():
		if kind != List {
			return false
		}
		list := v.SetEmptySlice()
		for _, e := range value.Array() {
			list.AppendEmpty().SetStr(e.String())
		}
	default:
		v.SetStr(value.String())
	}
	said, _ := s.read(kind, v)
	return said
}

// better reports whether a mapping of this rank would improve on what the
// field holds.
func (d *Draft) better(f Field, rank uint16) bool {
	s := &d.slots[f]
	return s.state == empty || rank < s.rank
}

func (d *Draft) put(f Field, s slot) {
	if d.slots[f].state == empty {
		d.touched = append(d.touched, f)
	}
	d.slots[f] = s
}

func (d *Draft) has(f Field) bool { return d.slots[f].state == good }

func (d *Draft) text(f Field) string {
	if s := &d.slots[f]; s.state == good {
		return s.text
	}
	return ""
}

func (d *Draft) count(f Field) (int64, bool) {
	s := &d.slots[f]
	return s.count, s.state == good
}

func (d *Draft) setText(f Field, text string) {
	if s := &d.slots[f]; s.state == good && s.text == text {
		return
	}
	d.put(f, slot{state: good, moved: true, text: text})
}

// fillText sets a text field that is empty.
func (d *Draft) fillText(f Field, text string) {
	if text != "" && d.slots[f].state == empty {
		d.put(f, slot{state: good, moved: true, text: text})
	}
}

func (d *Draft) setCount(f Field, n int64) {
	d.put(f, slot{state: good, moved: true, count: n})
}

// malformed counts the usage fields whose value is no count.
func (d *Draft) malformed() int {
	n := 0
	for _, f := range d.touched {
		if f.usage() && d.slots[f].state == malformed {
			n++
		}
	}
	return n
}

// moved counts the fields that write will put onto the span.
func (d *Draft) moved() int {
	n := 0
	for _, f := range d.touched {
		if d.slots[f].moved {
			n++
		}
	}
	return n
}

// write puts what changed onto the span.
func (d *Draft) write(attrs pcommon.Map, drop []string, keepOriginal bool) {
	if !keepOriginal && (len(d.stale) > 0 || len(drop) > 0) {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool {
			return contains(d.stale, key) || hasAnyPrefix(key, drop)
		})
	}
	for _, f := range d.touched {
		s := &d.slots[f]
		if s.moved && fields[f].key != "" {
			s.write(fields[f].kind, string(fields[f].key), attrs)
		}
	}
}

// describe writes what a span of these families is, without a claim if that is empty.
func (d *Draft) describe(attrs pcommon.Map, families Family, dialect, role, claim string) {
	texts := [...]attrmemory.Text{
		{Key: string(semconv.Dialect), Value: dialect},
		{Key: string(semconv.SpanRole), Value: role},
		{Key: string(semconv.Claim), Value: claim},
	}
	if families&(FamilyRole|familyClaim) != 0 || d.slots[Role].state != empty || d.slots[Claim].state != empty {
		attrs.RemoveIf(func(key string, _ pcommon.Value) bool {
			return key == string(semconv.SpanRole) || key == string(semconv.Claim)
		})
	}
	if claim == "" {
		attrmemory.AppendTexts(attrs, texts[:2])
		return
	}
	attrmemory.AppendTexts(attrs, texts[:])
}
