package reportapi

import (
	"context"
	"errors"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

type dimensions struct {
	Dimensions []dimension `json:"dimensions"`
}

type dimension struct {
	Name  string               `json:"name"`
	Title string               `json:"title"`
	Kind  report.DimensionKind `json:"kind"`
}

// taggedCalls are how many of the newest calls are looked at for tags.
const taggedCalls = 500

func askDimensions(ctx context.Context, in *request) (any, error) {
	out := dimensions{Dimensions: []dimension{}}
	tags, err := in.tags(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range slices.Concat(ledger.Dimensions, tags) {
		out.Dimensions = append(out.Dimensions, dimension{string(d), report.Title(d), report.KindOf(d)})
	}
	return out, nil
}

// tags are those that the newest calls of the period have.
func (in *request) tags(ctx context.Context) ([]ledger.Dimension, error) {
	found, err := report.Calls(ctx, in.reader, report.CallsQuestion{Period: in.period, Top: taggedCalls})
	if errors.Is(err, ledger.ErrNoSchema) || errors.Is(err, errors.ErrUnsupported) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var tags []ledger.Dimension
	for i := range found.Calls {
		for key := range found.Calls[i].Tags {
			if d := ledger.Dimension(ledger.TagDimensionPrefix + key); !slices.Contains(tags, d) {
				tags = append(tags, d)
			}
		}
	}
	slices.Sort(tags)
	return tags, nil
}
