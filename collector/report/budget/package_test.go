package budget_test

import (
	"os"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }
