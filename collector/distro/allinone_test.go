package distro_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

func started(t *testing.T, c *distro.AllInOne) *distro.Running {
	t.Helper()
	require.NoError(t, c.Prepare())
	uris, err := c.URIs()
	require.NoError(t, err)
	running, err := distro.Start(t.Context(), uris...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, running.Shutdown()) })
	return running
}

func TestAllInOne_AnswersQuestions(t *testing.T) {
	c := distro.AllInOne{Data: filepath.Join(t.TempDir(), "data $HOME"), LogFile: filepath.Join(t.TempDir(), "log")}
	running := started(t, &c)

	url, err := remote.Discover(c.Store())
	require.NoError(t, err)
	assert.Equal(t, c.URL(c.API), url, "announced beside the file")
	client, err := remote.NewClient(url)
	require.NoError(t, err)
	groups, err := client.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	assert.Equal(t, []ledger.Group{{Key: []string{}}}, groups)

	require.NoError(t, running.Shutdown())
	url, err = remote.Discover(c.Store())
	require.NoError(t, err)
	assert.Empty(t, url, "no longer announced")
}

func TestAllInOne_SaysWhereApplicationsSendTo(t *testing.T) {
	c := distro.AllInOne{Data: t.TempDir(), LogFile: filepath.Join(t.TempDir(), "log")}
	started(t, &c)
	resp, err := http.Get(c.URL(c.API) + "/v1/status")
	require.NoError(t, err)
	defer resp.Body.Close()
	var status struct {
		Ports struct{ GRPC, HTTP int } `json:"otlp_ports"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&status))
	assert.Equal(t, c.GRPC, status.Ports.GRPC)
	assert.Equal(t, c.HTTP, status.Ports.HTTP)
}

func TestAllInOne_PortsAreTakenOnceEach(t *testing.T) {
	c := distro.AllInOne{Data: t.TempDir()}
	require.NoError(t, c.Prepare())
	assert.Len(t, map[int]bool{c.GRPC: true, c.HTTP: true, c.Prometheus: true, c.API: true}, 4)
}

func TestAllInOne_APortInUseIsNamed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	c := distro.AllInOne{Data: filepath.Join(t.TempDir(), "data"), Prometheus: taken.Addr().(*net.TCPAddr).Port}
	err = c.Prepare()
	var port *distro.PortError
	require.ErrorAs(t, err, &port)
	assert.Equal(t, "Prometheus", port.Setting)
	assert.Equal(t, taken.Addr().String(), port.Address)
	assert.ErrorIs(t, err, syscall.EADDRINUSE)
	assert.NoDirExists(t, c.Data)
}

func TestAllInOne_AFolderThatCannotBeMadeIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	c := distro.AllInOne{Data: filepath.Join(file, "data")}
	var data *distro.DataError
	require.ErrorAs(t, c.Prepare(), &data)
	assert.Equal(t, filepath.Join(file, "data"), data.Folder)
}

func TestAllInOne_ACancelledStartLeavesNothingBehind(t *testing.T) {
	c := distro.AllInOne{Data: t.TempDir()}
	require.NoError(t, c.Prepare())
	uris, err := c.URIs()
	require.NoError(t, err)
	stop := errors.New("called off")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	_, err = distro.Start(ctx, uris...)
	require.ErrorIs(t, err, stop)

	again := c
	require.NoError(t, again.Prepare(), "the ports are free again")
	running, err := distro.Start(t.Context(), uris...)
	require.NoError(t, err)
	require.NoError(t, running.Shutdown())
}
