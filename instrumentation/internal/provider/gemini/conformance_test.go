package gemini_test

import (
	"testing"

	"github.com/spanledger/spanledger/instrumentation/internal/provider/providertest"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestConformance(t *testing.T) { providertest.Run(t, otelgenai.WithBatchResults()) }

func FuzzDecode(f *testing.F) { providertest.Fuzz(f, otelgenai.WithBatchResults()) }
