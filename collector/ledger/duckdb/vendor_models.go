package duckdb

import (
	"strings"
	"time"
)

// vendorModels numbers the models of vendors.
type vendorModels struct {
	names  []vendorModel
	places map[vendorModel]int
	last   int // place
}

// fewModels are found faster by their texts than by a hash.
const fewModels = 16

type vendorModel struct{ vendor, model string }

// place is the number of a model. The texts may change afterwards.
func (m *vendorModels) place(vendor, model string) int {
	name := vendorModel{vendor, model}
	if m.last < len(m.names) && m.names[m.last] == name {
		return m.last
	}
	for at, of := range m.names[:min(len(m.names), fewModels)] {
		if of == name {
			m.last = at
			return at
		}
	}
	at, known := m.places[name]
	if !known {
		if m.places == nil {
			m.places = map[vendorModel]int{}
		}
		at = len(m.names)
		name = vendorModel{strings.Clone(vendor), strings.Clone(model)}
		m.names, m.places[name] = append(m.names, name), at
	}
	m.last = at
	return at
}

// modelDays holds sums of the days of models, of calls that are mostly in the order of their starts.
type modelDays[S any] struct {
	all  map[dayOfModel]*S
	last []dayOfSums[S] // of each model
}

type dayOfModel struct {
	model int
	day   int64 // since 1970, of UTC
}

// dayOfSums is the day from first until, in nanoseconds since 1970.
type dayOfSums[S any] struct {
	first, until int64
	sums         *S
}

func (d *modelDays[S]) of(model int, begun int64) *S {
	if model < len(d.last) {
		if l := &d.last[model]; l.first <= begun && begun < l.until {
			return l.sums
		}
	} else {
		d.last = append(d.last, make([]dayOfSums[S], model+1-len(d.last))...)
	}
	at := dayOfModel{model, dayOf(time.Unix(0, begun))}
	sums := d.all[at]
	if sums == nil {
		if d.all == nil {
			d.all = map[dayOfModel]*S{}
		}
		sums = new(S)
		d.all[at] = sums
	}
	first := at.day * int64(day)
	d.last[model] = dayOfSums[S]{first, first + int64(day), sums}
	return sums
}
