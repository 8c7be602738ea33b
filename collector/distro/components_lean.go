//go:build !full

package distro

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/service/telemetry"

	"github.com/spanledger/spanledger/collector/internal/selftelemetry"
)

// newTelemetry has the Collector's log and metrics, with the same keys.
func newTelemetry() telemetry.Factory { return selftelemetry.NewFactory() }

// fullProcessors are those of components_full.go: none without the build tag full.
func fullProcessors() []processor.Factory { return nil }

// fullExtensions are those of components_full.go: none without the build tag full.
func fullExtensions() []extension.Factory { return nil }

// fullTypes are the types of components_full.go.
var fullTypes = []string{"redaction", "tail_sampling", "transform", "zpages"}

// ExplainConfigError adds what to do to an error about a component that only the
// full build has. The Collector's error says "unknown type" of it.
func ExplainConfigError(err error) error {
	if err == nil {
		return nil
	}
	const hint = "%w (hint: %s is in the full build: use a release or the image, or compile with `go build -tags full`)"
	// The keys of service::telemetry that selftelemetry has not.
	if strings.Contains(err.Error(), "'service.telemetry' has invalid keys: traces") {
		return fmt.Errorf(hint, err, "service::telemetry::traces")
	}
	for _, name := range fullTypes {
		if strings.Contains(err.Error(), fmt.Sprintf("unknown type: %q", name)) {
			return fmt.Errorf(hint, err, name)
		}
	}
	return err
}
