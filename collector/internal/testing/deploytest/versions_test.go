package deploytest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImages_AreTheVersionsThatTestsRun compares the pins of the Compose file
// with those of .ci/parts. Alertmanager is not among them: tests run Debian's.
func TestImages_AreTheVersionsThatTestsRun(t *testing.T) {
	get := readFile(t, ".ci/parts/get")
	find := func(in, pattern string) string {
		match := regexp.MustCompile(pattern).FindStringSubmatch(in)
		require.NotNil(t, match, pattern)
		return match[1]
	}
	// Prometheus' module v0.316.0 is release v3.16.0.
	prometheus := find(readFile(t, ".ci/parts/prometheus/go.mod"), `github.com/prometheus/prometheus v0\.(\d+\.\d+)`)
	// Jaeger's module v1.76.0 is the release of v2.13.0: both come from one commit.
	jaeger := find(readFile(t, ".ci/parts/jaeger/go.mod"), `github.com/jaegertracing/jaeger (v\S+)`)
	require.Equal(t, "v1.76.0", jaeger, "name the release of v2 that this is, here and in the Compose file")
	clickhouse := find(get, `chdb/lib-linux-x64-gnu version=(\d+\.\d+)\.`)
	grafana := find(get, `(?s)grafana-schema\(\) \{\s+local version=(\S+)`)
	services := readCompose(t).Services
	require.Equal(t, "prom/prometheus:v"+prometheus[:1]+"."+prometheus[1:], services["prometheus"].Image)
	require.Equal(t, "jaegertracing/jaeger:2.13.0", services["jaeger"].Image)
	require.True(t, strings.HasSuffix(services["clickhouse"].Image, ":"+clickhouse), services["clickhouse"].Image)
	require.Equal(t, "grafana/grafana:"+grafana, services["grafana"].Image)
}

// A release and the image are built alike, except for where the version comes from.
func TestBuildFlags_OfReleaseAndImageAreTheSame(t *testing.T) {
	var release struct {
		Builds []struct {
			Flags, Tags, Ldflags []string
		}
	}
	readYAML(t, ".goreleaser.yaml", &release)
	require.Len(t, release.Builds, 1)
	build := release.Builds[0]
	image := regexp.MustCompile(`(?m)^ENV GOFLAGS="(\S+) -buildvcs=false -tags=(\S+) '-ldflags=(.*) -X=(\S+)=\$\{BUILD\}'"$`).FindStringSubmatch(readFile(t, "deploy/Dockerfile"))
	require.NotNil(t, image)
	require.Equal(t, []string{image[1], "-buildvcs=true"}, build.Flags)
	require.Equal(t, strings.Split(image[2], ","), build.Tags)
	require.Equal(t, []string{image[3]}, build.Ldflags)
	require.Equal(t, "github.com/spanledger/spanledger/collector/distro.stamp", image[4], "the variable of distro/version.go")
}
