//go:build !full

package distro_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

func TestComponents_OfTheFullBuildAreExplainedInTheLeanOne(t *testing.T) {
	t.Setenv("SPANLEDGER_DATA", t.TempDir())
	err := validate(t, "file:../../otel-collector.yaml", "file:../../deploy/collector/tail-sampling.yaml")
	require.ErrorContains(t, err, "tail_sampling")
	require.ErrorContains(t, distro.ExplainConfigError(err), "go build -tags full")
}
