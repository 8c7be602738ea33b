package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
)

// readableConfigs refuses a configuration that would be waited for.
func readableConfigs(locations []string) error {
	for _, location := range locations {
		path := strings.TrimPrefix(location, "file:")
		if err := plainfile.Check(path); err != nil {
			return wrongFile("--config", path, err)
		}
	}
	return nil
}

// withConfigFile names the one among several configuration files that is missing,
// is no YAML or has a wrong key: the Collector says at most that there is such a file.
// Locations of other schemes are left to it.
func withConfigFile(err error, locations []string) error {
	var wrong error // of the last file that has the key: its value is the one that counts
	var files []configFile
	for _, location := range locations {
		path := strings.TrimPrefix(location, "file:")
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			continue // a pipe was read to its end
		}
		text, readErr := os.ReadFile(path)
		switch {
		case errors.Is(readErr, fs.ErrNotExist) && !strings.Contains(path, ":"):
			return wrongFile("--config", path, readErr)
		case readErr != nil:
			continue
		}
		var content yaml.Node
		yamlErr := yaml.Unmarshal(text, &content)
		if yamlErr == nil { // only values are checked for duplicate keys and endless aliases
			var values any
			yamlErr = content.Decode(&values)
		}
		if yamlErr != nil {
			return fmt.Errorf("--config %s: %w", path, yamlErr)
		}
		if len(content.Content) == 1 && content.Content[0].Kind != yaml.MappingNode && content.Content[0].Tag != "!!null" {
			return fmt.Errorf("--config %s: has no keys: expected the YAML of a collector, such as otel-collector.yaml", path)
		}
		if found := wrongKey(err, path, &content); found != nil {
			wrong = found
		}
		files = append(files, configFile{path, &content})
	}
	if wrong != nil {
		return wrong
	}
	return withRefusedKeys(err, files)
}
