// Package dashboards writes the Grafana dashboards of the project: one Go file
// for each dashboard says which panels it has and what they ask, the package
// turns that into the JSON files under dashboards/ at the top of the
// repository, which are committed and reviewed next to it.
//
//	go test ./collector/internal/dashboards -update    # writes dashboards/*.json
package dashboards
