package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// withConfigFile names the one among several configuration files that is missing
// or no YAML: the Collector says at most that there is such a file. Locations of
// other schemes are left to it.
func withConfigFile(err error, locations []string) error {
	for _, location := range locations {
		path := strings.TrimPrefix(location, "file:")
		text, readErr := os.ReadFile(path)
		switch {
		case errors.Is(readErr, fs.ErrNotExist) && !strings.Contains(path, ":"):
			return wrongFile("--config", path, readErr)
		case readErr != nil:
			continue
		}
		var content any
		if yamlErr := yaml.Unmarshal(text, &content); yamlErr != nil {
			return fmt.Errorf("--config %s: %w", path, yamlErr)
		}
		if _, isMap := content.(map[string]any); content != nil && !isMap {
			return fmt.Errorf("--config %s: has no keys: expected the YAML of a collector, such as otel-collector.yaml", path)
		}
	}
	return err
}
