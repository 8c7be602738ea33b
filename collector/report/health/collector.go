package health

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// selfExamined reads the ledger through a collector that examines itself.
type selfExamined interface {
	Health(ctx context.Context) ([]remote.Finding, error)
}

// withCollector adds the findings of the collector that the ledger is read through, of
// which this side cannot know: its queues, the rows that it could not write, the spans
// that it did not read.
func (f Findings) withCollector(ctx context.Context, r ledger.Reader) Findings {
	collector, ok := r.(selfExamined)
	if !ok {
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	own, err := collector.Health(ctx)
	if err != nil {
		return append(f, Finding{Check: "collector", Grade: Skipped, Says: "not checked: " + err.Error()})
	}
	here := f[:len(f):len(f)] // a collector has several findings of one check, such as a queue of traces for each exporter
	for _, one := range own {
		finding := Finding{one.Check, Grade(one.Grade), one.Text, one.Fix}
		switch i := slices.IndexFunc(here, func(known Finding) bool { return known.Check == one.Check }); {
		case i < 0:
			f = append(f, finding)
		case here[i].Grade == Skipped:
			f[i] = finding
		}
	}
	return f
}
