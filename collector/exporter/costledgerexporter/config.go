package costledgerexporter

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// Config of the exporter.
type Config struct {
	// TimeoutConfig bounds one write. Default: 30s.
	TimeoutConfig exporterhelper.TimeoutConfig `mapstructure:",squash"`
	// QueueConfig is the queue in front of the store. Default: on, 100,000 spans
	// in memory, 2 consumers, batches of 5,000 to 20,000 spans or one second,
	// and back-pressure to the receiver when full. With `storage` the queue is
	// on disk and survives a crash.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`
	// BackOffConfig is how a failed write is repeated. Default: from 1s to 30s
	// apart, without end: max_elapsed_time 0 gives nothing up.
	BackOffConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// Endpoint is the store: clickhouse://[user[:password]@]host:port/database
	// or duckdb://path. Required. Never printed.
	Endpoint configopaque.String `mapstructure:"endpoint"`

	// RollupInterval is how often hours and days that have been quiet are summed
	// up, where the store keeps sums. Reports are right without it, and slower.
	// Default: 1m; 0 leaves it to another collector.
	RollupInterval time.Duration `mapstructure:"rollup_interval"`

	// DeadLetter is where spans and log records go that no store can hold.
	DeadLetter DeadLetterConfig `mapstructure:"dead_letter"`

	// Logs says which log records are kept.
	Logs LogsConfig `mapstructure:"logs"`
}

// LogsConfig says which log records are kept.
type LogsConfig struct {
	// RequireTrace leaves out records that belong to no trace and are not of the
	// GenAI conventions: nothing leads from them to a call. Default: true.
	RequireTrace bool `mapstructure:"require_trace"`
	// MaxValueBytes is the length that bodies and attributes are cut to; 0 does
	// not cut. Default: 16384.
	MaxValueBytes int `mapstructure:"max_value_bytes"`
}

// DeadLetterConfig is the dead-letter file.
type DeadLetterConfig struct {
	// File is appended to, one JSON object a line. Default:
	// spanledger-data/dead-letter.jsonl.
	File string `mapstructure:"file"`
}

var _ component.Config = (*Config)(nil)

const (
	defaultTimeout        = 30 * time.Second
	defaultRollupInterval = time.Minute
	defaultDeadLetterFile = "spanledger-data/dead-letter.jsonl"

	// defaultQueueSize bounds the memory of the queue: a span takes about 2 KiB
	// there.
	defaultQueueSize = 100_000
	// defaultConsumers keeps one insert on its way while the next is built.
	defaultConsumers = 2
	// The batch is large enough for ClickHouse to write few parts, small enough
	// to be in reports a second later.
	defaultMinBatch     = 5_000
	defaultMaxBatch     = 20_000
	defaultFlushTimeout = time.Second

	// defaultMaxValueBytes has room for a stack trace or a conversation of some
	// pages, not for a document.
	defaultMaxValueBytes = 16 << 10
)

func createDefaultConfig() component.Config {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeItems
	queue.QueueSize = defaultQueueSize
	queue.NumConsumers = defaultConsumers
	queue.BlockOnOverflow = true
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		FlushTimeout: defaultFlushTimeout,
		Sizer:        exporterhelper.RequestSizerTypeItems,
		MinSize:      defaultMinBatch,
		MaxSize:      defaultMaxBatch,
	})
	backOff := configretry.NewDefaultBackOffConfig()
	backOff.InitialInterval = time.Second
	backOff.MaxElapsedTime = 0
	return &Config{
		TimeoutConfig:  exporterhelper.TimeoutConfig{Timeout: defaultTimeout},
		QueueConfig:    configoptional.Some(queue),
		BackOffConfig:  backOff,
		RollupInterval: defaultRollupInterval,
		DeadLetter:     DeadLetterConfig{File: defaultDeadLetterFile},
		Logs:           LogsConfig{RequireTrace: true, MaxValueBytes: defaultMaxValueBytes},
	}
}

// Validate implements xconfmap.Validator.
func (cfg *Config) Validate() error {
	if cfg.Endpoint == "" {
		return errors.New("endpoint: required: clickhouse://user@host:9000/database or duckdb://path")
	}
	if err := ledgerstore.Validate(string(cfg.Endpoint)); err != nil {
		return fmt.Errorf("endpoint: %w", err)
	}
	if cfg.RollupInterval < 0 {
		return fmt.Errorf("rollup_interval: %s: expected 0 (off) or more", cfg.RollupInterval)
	}
	if strings.TrimSpace(cfg.DeadLetter.File) == "" {
		return errors.New("dead_letter::file: required: a file this process may write")
	}
	if cfg.Logs.MaxValueBytes < 0 {
		return fmt.Errorf("logs::max_value_bytes: %d: expected 0 (no limit) or more", cfg.Logs.MaxValueBytes)
	}
	return nil
}
