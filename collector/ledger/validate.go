package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dimensions lists every fixed dimension; tags come on top.
var Dimensions = []Dimension{
	ByUser, ByDepartment, ByApplication, ByTeam, ByCostCenter, ByEnvironment,
	ByProvider, ByModel, ByOperation, ByWorkflow, ByAgent, ByStep, ByService,
	ByConversation, ByStatus, ByErrorType, ByDay, ByHour, ByMonth, ByHourOfWeek,
	ByCostStatus, ByCostReason, ByDialect, ByRequestModel,
	ByPromptName, ByPromptVersion, ByPurpose,
}

// Tag is the key of a tag dimension.
func (d Dimension) Tag() (key string, ok bool) {
	return strings.CutPrefix(string(d), TagDimensionPrefix)
}

// Valid reports whether d is one of Dimensions or a tag with a key.
func (d Dimension) Valid() bool {
	if key, ok := d.Tag(); ok {
		return key != "" && ValidText(key)
	}
	for _, known := range Dimensions {
		if d == known {
			return true
		}
	}
	return false
}

// Values of the dimensions that have few, and examples of those that have a form.
var (
	closedValues = map[Dimension][]string{
		ByStatus:     {"ok", "error"},
		ByCostStatus: {"priced", "free", "unpriced", "invalid"},
	}
	timeLayouts = map[Dimension]string{ByDay: time.DateOnly, ByHour: "2006-01-02T15", ByMonth: "2006-01"}
	examples    = map[Dimension]string{ByDay: "2026-10-31", ByHour: "2026-10-31T14", ByMonth: "2026-10", ByHourOfWeek: "1-00 (Monday, midnight) or 7-23"}
	hourOfWeek  = regexp.MustCompile(`^[1-7]-([01][0-9]|2[0-3])$`)
)

// CheckValue reports a value that no call can have in this dimension. "" is not known.
func (d Dimension) CheckValue(value string) error {
	known, isClosed := closedValues[d]
	layout, isTime := timeLayouts[d]
	valid := true
	switch {
	case value == "":
	case isClosed && !slices.Contains(known, value):
		last := len(known) - 1
		return fmt.Errorf("%s is %s or %s, not %q", d, strings.Join(known[:last], ", "), known[last], value)
	case isTime:
		_, err := time.Parse(layout, value)
		valid = err == nil
	case d == ByHourOfWeek:
		valid = hourOfWeek.MatchString(value)
	}
	if !valid {
		return fmt.Errorf("%s %q: expected a value such as %s", d, value, examples[d])
	}
	return nil
}

const unknownDimension = "not a dimension of the ledger"

// Validate reports the first thing of q that no store can answer, as a
// *QueryError.
func (q *Query) Validate() error {
	for _, d := range q.By {
		if !d.Valid() {
			return &QueryError{Field: "By", Value: string(d), Reason: unknownDimension}
		}
	}
	for _, c := range q.Where {
		if !c.Dimension.Valid() {
			return &QueryError{Field: "Where", Value: string(c.Dimension), Reason: unknownDimension}
		}
		if err := c.validValues(); err != nil {
			return err
		}
	}
	return validBounds(q.From, q.Until, q.Limit)
}

// validBounds reports a period that ends before it begins, and a negative limit.
func validBounds(from, until time.Time, limit int) error {
	if !until.IsZero() && until.Before(from) {
		return &QueryError{Field: "Until", Value: until.Format(timeFormat), Reason: "before From " + from.Format(timeFormat)}
	}
	if limit < 0 {
		return &QueryError{Field: "Limit", Value: strconv.Itoa(limit), Reason: "negative"}
	}
	return nil
}

// validValues reports a value that no store can compare.
func (c *Condition) validValues() error {
	for _, value := range c.Values {
		if !ValidText(value) {
			return &QueryError{Field: "Where", Value: string(c.Dimension) + "=" + value, Reason: notText}
		}
	}
	return nil
}

// Validate reports the first thing of q that no store can answer, as a
// *QueryError.
func (q *TraceQuery) Validate() error {
	selection := Query{From: q.From, Until: q.Until, Where: q.Where, Limit: q.Limit}
	if err := selection.Validate(); err != nil {
		return err
	}
	if q.Offset < 0 {
		return &QueryError{Field: "Offset", Value: strconv.Itoa(q.Offset), Reason: "negative"}
	}
	return validOrder(q.Order)
}

func validOrder(order TraceOrder) error {
	switch order {
	case "", NewestFirst, SlowestFirst, DearestFirst:
		return nil
	}
	return &QueryError{Field: "Order", Value: string(order), Reason: fmt.Sprintf("expected %s, %s or %s", NewestFirst, SlowestFirst, DearestFirst)}
}

const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"
