//go:build !full

package distro

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/processor"
)

// fullProcessors are those of components_full.go: none without the build tag full.
func fullProcessors() []processor.Factory { return nil }

// fullTypes are the types of components_full.go.
var fullTypes = []string{"redaction", "tail_sampling", "transform"}

// ExplainConfigError adds what to do to an error about a component that only the
// full build has. The Collector's error says "unknown type" of it.
func ExplainConfigError(err error) error {
	if err == nil {
		return nil
	}
	for _, name := range fullTypes {
		if strings.Contains(err.Error(), fmt.Sprintf("unknown type: %q", name)) {
			return fmt.Errorf("%w (hint: %s is in the full build: use a release or the image, or compile with `go build -tags full`)", err, name)
		}
	}
	return err
}
