package openai_test

import (
	"testing"

	"github.com/spanledger/spanledger/instrumentation/internal/provider/providertest"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// endpoint is the host of a model server that only its user knows.
var endpoint = otelgenai.WithEndpoint("vllm.test", otelgenai.VLLM)

func TestConformance(t *testing.T) { providertest.Run(t, otelgenai.WithBatchResults(), endpoint) }

func FuzzDecode(f *testing.F) { providertest.Fuzz(f, otelgenai.WithBatchResults(), endpoint) }
