package bedrock_test

import (
	"testing"

	"github.com/spanledger/spanledger/instrumentation/internal/provider/providertest"
)

func TestConformance(t *testing.T) { providertest.Run(t) }

func FuzzDecode(f *testing.F) { providertest.Fuzz(f) }
