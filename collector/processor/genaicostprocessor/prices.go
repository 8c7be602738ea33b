package genaicostprocessor

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor/internal/metadata"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// settle is how long a price file must be quiet before it is read: editors and
// copies write in several steps.
const settle = 100 * time.Millisecond

// priceSource holds the catalogue in use and follows the operator's file.
type priceSource struct {
	config    *Config
	logger    *zap.Logger
	telemetry *metadata.Telemetry

	catalogue atomic.Pointer[pricing.Catalogue]
	content   []byte // of the file last looked at
	watcher   *fsnotify.Watcher
	done      chan struct{}
}

func newPriceSource(cfg *Config, logger *zap.Logger, telemetry *metadata.Telemetry) *priceSource {
	s := &priceSource{config: cfg, logger: logger, telemetry: telemetry}
	s.catalogue.Store(pricing.Default())
	return s
}

func (s *priceSource) current() *pricing.Catalogue { return s.catalogue.Load() }

// start reads the file and begins to follow it. A file that cannot be used is
// no reason not to start: the built-in prices serve until it can.
func (s *priceSource) start(ctx context.Context) error {
	base, err := s.config.base()
	if err != nil {
		return err
	}
	s.catalogue.Store(base)
	// The version of the built-in catalogue is its date.
	if date, err := time.Parse(time.DateOnly, pricing.Default().Version()); err == nil {
		s.telemetry.CatalogueDated(ctx, date)
	}
	if s.config.PriceFile == "" {
		return nil
	}
	// The folder is watched rather than the file: replacing a file by renaming
	// another over it, as editors and mounted config maps do, ends a watch on
	// the file itself.
	if s.watcher, err = fsnotify.NewWatcher(); err != nil {
		return fmt.Errorf("price_file: watch: %w", err)
	}
	if err := s.watcher.Add(filepath.Dir(s.config.PriceFile)); err != nil {
		_ = s.watcher.Close()
		s.watcher = nil
		return fmt.Errorf("price_file: watch the folder of %s: %w", s.config.PriceFile, err)
	}
	s.reload(ctx, base)
	s.done = make(chan struct{})
	go s.follow(base)
	return nil
}

func (s *priceSource) stop() error {
	if s.watcher == nil {
		return nil
	}
	err := s.watcher.Close()
	<-s.done
	s.watcher = nil
	return err
}

// follow reads the file again whenever its folder has changed and come to rest.
func (s *priceSource) follow(base *pricing.Catalogue) {
	defer close(s.done)
	quiet := time.NewTimer(settle)
	quiet.Stop()
	for {
		select {
		case _, open := <-s.watcher.Events:
			if !open {
				return
			}
			quiet.Reset(settle)
		case err, open := <-s.watcher.Errors:
			if !open {
				return
			}
			s.logger.Warn("watching the price file failed once", zap.Error(err))
		case <-quiet.C:
			s.reload(context.Background(), base)
		}
	}
}

// reload takes the file into use if it has changed and can be used.
func (s *priceSource) reload(ctx context.Context, base *pricing.Catalogue) {
	path := s.config.PriceFile
	data, err := os.ReadFile(path)
	if err == nil && s.content != nil && bytes.Equal(data, s.content) {
		return
	}
	var over, merged *pricing.Catalogue
	if err == nil {
		s.content = data
		over, err = pricing.Parse(path, data)
	}
	if err == nil {
		merged, err = base.With(over)
	}
	s.telemetry.Reloaded(ctx, err == nil)
	if err != nil {
		s.logger.Error("price file refused; the prices in use stay",
			zap.String("price_file", path), zap.String("in_use", s.current().Version()), zap.Error(err))
		return
	}
	s.catalogue.Store(merged)
	s.logger.Info("price file in use", zap.String("price_file", path), zap.String("catalog_version", merged.Version()))
}
