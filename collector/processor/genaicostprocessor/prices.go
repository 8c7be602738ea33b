package genaicostprocessor

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/internal/filewatch"
	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor/internal/metadata"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// priceSource holds the catalogue in use and follows the operator's file.
type priceSource struct {
	config    *Config
	logger    *zap.Logger
	telemetry *metadata.Telemetry

	catalogue atomic.Pointer[pricing.Catalogue]
	content   []byte // of the file last looked at
	watcher   *filewatch.Watcher
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
	// The version of the built-in prices is their date.
	if date, err := time.Parse(time.DateOnly, pricing.Default().Version()); err == nil {
		s.telemetry.CatalogueDated(ctx, date)
	}
	if s.config.PriceFile == "" {
		return nil
	}
	if s.watcher, err = filewatch.New([]string{s.config.PriceFile}); err != nil {
		return fmt.Errorf("price_file: %w", err)
	}
	s.reload(ctx, base)
	s.watcher.Follow(
		func() { s.reload(context.Background(), base) },
		func(err error) { s.logger.Warn("cannot watch the price file", zap.Error(err)) })
	return nil
}

func (s *priceSource) stop() error {
	err := s.watcher.Stop()
	s.watcher = nil
	return err
}

// reload takes the file into use if it has changed and can be used.
func (s *priceSource) reload(ctx context.Context, base *pricing.Catalogue) {
	path := s.config.PriceFile
	data, err := plainfile.Read(path)
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
		s.logger.Error("price file rejected; the previous prices stay in use",
			zap.String("price_file", path), zap.String("in_use", s.current().Version()), zap.Error(err))
		return
	}
	s.catalogue.Store(merged)
	s.logger.Info("price file in use", zap.String("price_file", path), zap.String("catalog_version", merged.Version()))
}
