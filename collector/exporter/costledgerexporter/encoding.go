package costledgerexporter

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/ptrace"
	pdatarequest "go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
)

// encoding brings requests into the queue on disk and back.
type encoding struct {
	exporter *costLedger
	queued   *memory // nil for a queue whose items are not kept in memory
}

func (q encoding) Marshal(_ context.Context, r xexporterhelper.Request) ([]byte, error) {
	item := r.(*request).whole()
	data, err := wire.Append(make([]byte, 0, wire.Size(&item)), &item)
	if err == nil {
		q.queued.remember(data, item)
	}
	return data, err
}

// Unmarshal never fails: the queue drops what does. An item that cannot be read
// becomes a dead letter.
func (q encoding) Unmarshal(data []byte) (context.Context, xexporterhelper.Request, error) {
	ctx := context.Background()
	if !wire.IsRows(data) {
		td, err := unmarshalTraces(data)
		if err != nil {
			return ctx, unreadable(err, data), nil
		}
		return ctx, q.exporter.rows(ctx, td), nil
	}
	item, ok := q.queued.recall(data)
	if !ok {
		var err error
		if item, err = wire.Decode(data); err != nil {
			return ctx, unreadable(err, data), nil
		}
	}
	return ctx, &request{parts: []wire.Item{item}}, nil
}

// unmarshalTraces reads what releases before version 1 of the rows' encoding
// left in the queue: the spans themselves.
func unmarshalTraces(data []byte) (ptrace.Traces, error) {
	_, td, err := pdatarequest.UnmarshalTraces(data)
	if errors.Is(err, pdatarequest.ErrInvalidFormat) {
		td, err = (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	}
	return td, err
}

func unreadable(reason error, data []byte) *request {
	return &request{parts: []wire.Item{{Letters: []string{deadletter.NewItem(reason, data).Line()}}}}
}
