package ledger

import "context"

// Versioned is a store that can say how far its schema has been migrated.
type Versioned interface {
	// SchemaVersion is the version of the stored schema and the newest one this
	// binary knows; ErrNoSchema when Migrate has never run.
	SchemaVersion(ctx context.Context) (have, known int, err error)
}
