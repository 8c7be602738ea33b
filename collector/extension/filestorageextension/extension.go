package filestorageextension

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
)

type fileStorage struct {
	component.Component // the contrib extension
	inner               storage.Extension
	cfg                 *Config
	logger              *zap.Logger
	damaged             metric.Int64Counter
}

var _ storage.Extension = (*fileStorage)(nil)

func newFileStorage(set extension.Settings, cfg *Config, inner component.Component) (*fileStorage, error) {
	damaged, err := set.MeterProvider.Meter("github.com/spanledger/spanledger/collector/extension/filestorageextension").Int64Counter(
		"otelcol_file_storage_requests_damaged",
		metric.WithDescription("Number of requests in queue files that could not be read because the file is damaged"), metric.WithUnit("{request}"))
	return &fileStorage{inner, inner.(storage.Extension), cfg, set.Logger, damaged}, err
}

// GetClient implements storage.Extension.
func (s *fileStorage) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	path := filepath.Join(s.cfg.Directory, fileName(kind, id, name))
	queue := kind == component.KindExporter && (name == pipeline.SignalTraces.String() || name == pipeline.SignalMetrics.String() || name == pipeline.SignalLogs.String())
	if err := s.recoverFile(ctx, path, queue); err != nil {
		return nil, err
	}
	var client storage.Client
	err := guarded(func() (err error) {
		client, err = s.inner.GetClient(ctx, kind, id, name)
		return err
	})
	if errors.Is(err, berrors.ErrTimeout) {
		err = inUse(path)
	}
	if err != nil || !queue {
		return client, err
	}
	q, err := newQueueClient(ctx, client, path, s.logger, s.damaged)
	if err != nil {
		return nil, errors.Join(err, client.Close(ctx))
	}
	return q, nil
}

func inUse(path string) error {
	return fmt.Errorf("queue file %s: another process has it open: stop that process, or use a separate file_storage::directory for each collector", path)
}

// lock opens a file as bbolt does, so that no other process has it open for
// writing. A file whose first pages are damaged is open to no one.
func (s *fileStorage) lock(path string) (release func() error, err error) {
	var db *bbolt.DB
	err = guarded(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: s.cfg.Timeout})
		return err
	})
	switch {
	case err == nil:
		return func() error { return guarded(db.Close) }, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, inUse(path)
	}
	return func() error { return nil }, nil
}

// fileName is the name that the contrib extension gives the file of a component.
func fileName(kind component.Kind, id component.ID, name string) string {
	part := strings.ToLower(kind.String())
	raw := part + "_" + id.Type().String() + "_" + id.Name()
	if name != "" {
		raw += "_" + name
	}
	var b strings.Builder
	for _, r := range raw {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "~%04X", r)
		}
	}
	return b.String()
}
