package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/quagmt/udecimal"
)

// writeJSON writes one object: the report's name, its period in RFC 3339, and
// each table as an array of objects keyed by column. Amounts are strings,
// since a JSON number loses digits in most readers; durations are seconds;
// what is not known is null.
func writeJSON(w io.Writer, doc *Document) error {
	out := jsonDocument{Report: doc.Name, Notes: doc.Notes, Tables: make([]jsonTable, len(doc.Tables))}
	if !doc.Period.IsZero() {
		zone := doc.Period.zone()
		out.From = doc.Period.From.In(zone).Format(time.RFC3339Nano)
		out.Until = doc.Period.Until.In(zone).Format(time.RFC3339Nano)
		out.Zone = zone.String()
	}
	for i := range doc.Tables {
		t := &doc.Tables[i]
		out.Tables[i] = jsonTable{Name: t.Name, Rows: doc.Rows(i), More: t.More}
		if t.Total != nil {
			out.Tables[i].Total = &Row{columns: t.Columns, values: t.Total, period: doc.Period}
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}

type jsonDocument struct {
	Report string      `json:"report"`
	From   string      `json:"from,omitempty"`
	Until  string      `json:"until,omitempty"`
	Zone   string      `json:"zone,omitempty"`
	Tables []jsonTable `json:"tables"`
	Notes  []string    `json:"notes,omitempty"`
}

type jsonTable struct {
	Name  string `json:"name"`
	Rows  []Row  `json:"rows"`
	Total *Row   `json:"total,omitempty"`
	More  bool   `json:"more,omitempty"`
}

// Rows are the rows of a table as JSON has them.
func (d *Document) Rows(table int) []Row {
	t := &d.Tables[table]
	rows := make([]Row, len(t.Rows))
	for i, values := range t.Rows {
		rows[i] = Row{columns: t.Columns, values: values, period: d.Period}
	}
	return rows
}

// Row is a JSON object whose keys keep the order of the columns.
type Row struct {
	columns []Column
	values  []any
	period  Period
}

// MarshalJSON implements json.Marshaler.
func (o Row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range o.columns {
		if c.Kind == Bar {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(c.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(exact(o.values[i], o.period))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Key, err)
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// exact is a value as programs read it.
func exact(value any, period Period) any {
	switch v := value.(type) {
	case udecimal.Decimal:
		return v.String()
	case time.Duration:
		return v.Seconds()
	case time.Time:
		return v.In(period.zone()).Format(time.RFC3339Nano)
	}
	return value
}
