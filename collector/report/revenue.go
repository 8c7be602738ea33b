package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/strictyaml"
)

// Revenue is a dated table of what was earned, by the values of one dimension.
type Revenue struct {
	Dimension ledger.Dimension // tag:customer
	lines     []revenueLine
}

type revenueLine struct {
	date   string // 2026-10-31
	value  string
	amount udecimal.Decimal
}

// Has says whether a question by these dimensions can be given the revenue of its groups.
func (r *Revenue) Has(by []ledger.Dimension) bool { return len(by) == 1 && by[0] == r.Dimension }

// Of sums what is dated on a day of the period, by value. A day is that of the period's
// zone, and counts where it begins in the period.
func (r *Revenue) Of(period Period) map[string]udecimal.Decimal {
	sums := map[string]udecimal.Decimal{}
	for _, l := range r.lines {
		day, _ := time.ParseInLocation(time.DateOnly, l.date, period.zone()) // read before
		if !day.Before(period.From) && day.Before(period.Until) {
			sums[l.value] = sums[l.value].Add(l.amount)
		}
	}
	return sums
}

// ReadRevenueFile reads a table from a CSV file with the columns date, the dimension and
// usd, or from a YAML file with a list of such lines.
func ReadRevenueFile(path string) (*Revenue, error) {
	file, err := plainfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	read := readRevenueCSV
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		read = readRevenueYAML
	}
	r, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func readRevenueCSV(in io.Reader) (*Revenue, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	lines.TrimLeadingSpace = true
	header, err := lines.Read()
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	if err != nil || len(header) != 3 || header[0] != "date" || header[2] != "usd" {
		return nil, errors.New("first line: expected date, a dimension and usd, such as date,tag:customer,usd")
	}
	r := &Revenue{}
	if r.Dimension, err = ParseDimension(header[1]); err != nil {
		return nil, err
	}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, err
		}
		if err := r.add(strings.TrimSpace(record[0]), record[1], strings.TrimSpace(record[2])); err != nil {
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func readRevenueYAML(in io.Reader) (*Revenue, error) {
	var file struct {
		By      string `yaml:"by"`
		Revenue []struct {
			Date  string `yaml:"date"`
			Value string `yaml:"value"`
			USD   string `yaml:"usd"`
		} `yaml:"revenue"`
	}
	err := strictyaml.Decode(in, &file)
	if err != nil {
		return nil, err
	}
	r := &Revenue{}
	if file.By == "" {
		return nil, errors.New("by: is missing: name the dimension, such as tag:customer")
	}
	if r.Dimension, err = ParseDimension(file.By); err != nil {
		return nil, fmt.Errorf("by: %w", err)
	}
	for i, l := range file.Revenue {
		if err := r.add(l.Date, l.Value, l.USD); err != nil {
			return nil, fmt.Errorf("revenue %d: %w", i+1, err)
		}
	}
	return r, nil
}

func (r *Revenue) add(date, value, usd string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("date %q: expected a day such as 2026-10-31", date)
	}
	amount, err := udecimal.Parse(usd)
	if err == nil {
		_, err = ledger.UnitsOf(amount)
	}
	if err != nil {
		return fmt.Errorf("usd %q: expected an amount such as 99.50", usd)
	}
	r.lines = append(r.lines, revenueLine{date, Value(r.Dimension, value), amount})
	return nil
}
