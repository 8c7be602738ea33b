package textgen_test

import (
	"testing"

	"github.com/spanledger/spanledger/instrumentation/internal/provider/providertest"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// server is a model server that only its user knows.
var server = otelgenai.WithEndpoint("tgi.test", otelgenai.TGI)

func TestConformance(t *testing.T) { providertest.Run(t, server) }

func FuzzDecode(f *testing.F) { providertest.Fuzz(f, server) }
