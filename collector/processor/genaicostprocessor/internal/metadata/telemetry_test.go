package metadata

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestTelemetry_NamesAreLimitedAndHaveMemoryOfTheirOwn(t *testing.T) {
	telemetry := &Telemetry{names: make(map[string]string)}
	request := strings.Clone("gpt-5 and a prompt")
	for range 2 {
		name := telemetry.bounded(request[:5])
		assert.Equal(t, "gpt-5", name)
		assert.NotSame(t, unsafe.StringData(request), unsafe.StringData(name))
	}
	for n := range maxModels {
		telemetry.bounded(fmt.Sprint("model ", n))
	}
	assert.Equal(t, otherModel, telemetry.bounded("one more"))
	assert.Equal(t, "gpt-5", telemetry.bounded("gpt-5"))
}
