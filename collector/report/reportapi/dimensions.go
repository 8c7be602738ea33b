package reportapi

import (
	"context"

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

func askDimensions(_ context.Context, _ *request) (any, error) {
	out := dimensions{Dimensions: []dimension{}}
	for _, d := range ledger.Dimensions {
		out.Dimensions = append(out.Dimensions, dimension{string(d), report.Title(d), report.KindOf(d)})
	}
	return out, nil
}
