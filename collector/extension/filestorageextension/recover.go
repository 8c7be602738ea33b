package filestorageextension

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/extension/filestorageextension/internal/boltfile"
	"github.com/spanledger/spanledger/collector/internal/durable"
)

// bucket is where the contrib extension keeps everything.
const bucket = "default"

// recoverFile looks at a file before it is opened. A damaged one is moved aside, and a
// new one takes its place with the requests that can be read from it.
func (s *fileStorage) recoverFile(ctx context.Context, path string, queue bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return nil // the contrib extension says what is wrong
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil
	}
	release, err := s.lock(path)
	if err != nil {
		return err
	}
	defer func() { _ = release() }() // opened to read only
	damage := boltfile.Check(f, info.Size())
	if damage == nil {
		return nil
	}
	if !errors.Is(damage, boltfile.ErrDamaged) {
		return fmt.Errorf("queue file %s: %w", path, damage)
	}
	found := newRemains()
	if queue {
		if err := found.collect(f, info.Size()); err != nil {
			return fmt.Errorf("queue file %s is damaged (%w) and its requests cannot be read: %w", path, damage, err)
		}
	}
	if !s.cfg.Recreate {
		return fmt.Errorf("queue file %s: %w; %d requests can be read from it, %d cannot: set file_storage::recreate to true, which renames the file and keeps those that can be read, or move the file away and lose them",
			path, damage, len(found.requests), found.lost())
	}
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102T150405.000Z")
	if err := found.replace(f, path, aside); err != nil {
		return fmt.Errorf("queue file %s: %w; the requests that can be read from it could not be written to a new one: %w: free disk space, or move the file away and lose them", path, damage, err)
	}
	s.damaged.Add(ctx, int64(found.lost()))
	s.logger.Error("A damaged queue file was renamed; the requests that can be read from it are exported",
		zap.String("file", path), zap.Error(damage), zap.String("moved_to", aside),
		zap.Int("requests_recovered", len(found.requests)), zap.Int("requests_lost", found.lost()),
		zap.String("hint", "check the disk; delete the renamed file if you do not need it"))
	return nil
}

// remains holds the requests of a damaged queue that can be read.
type remains struct {
	known    bool // the state was found
	state    queueState
	requests map[uint64]boltfile.Value
	broken   map[uint64]bool // found, with a wrong checksum
}

func newRemains() *remains {
	return &remains{requests: make(map[uint64]boltfile.Value), broken: make(map[uint64]bool)}
}

// collect finds the requests that are not delivered. Pages that are no longer in
// use hold delivered ones too: the newest state says which wait. Without a state,
// all that are found wait: a ledger counts a call that comes again once.
func (r *remains) collect(f *os.File, size int64) error {
	certain := make(map[uint64]bool)
	var failed error
	err := boltfile.Scan(f, size, func(key []byte, at boltfile.Value) bool {
		value := make([]byte, at.Size)
		if _, failed = f.ReadAt(value, at.At); failed != nil {
			return false
		}
		if string(key) == metadataKey {
			if s, err := parseState(value); err == nil && (!r.known || newer(s, r.state)) {
				r.known, r.state = true, s
			}
			return true
		}
		n, err := strconv.ParseUint(string(key), 10, 64)
		if err != nil || certain[n] {
			return true
		}
		switch _, v := unseal(value); v {
		case broken:
			r.broken[n] = true
		default:
			r.requests[n] = at
			certain[n] = v == sound
		}
		return true
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	withSeals := len(r.broken) > 0 || slices.Contains(slices.Collect(maps.Values(certain)), true)
	for n := range r.requests {
		if withSeals && !certain[n] { // its seal was damaged too
			r.broken[n] = true
			delete(r.requests, n)
			continue
		}
		delete(r.broken, n)
		if r.known && n < r.state.read && !slices.Contains(r.state.exporting, n) {
			delete(r.requests, n)
		}
	}
	return nil
}

func newer(a, b queueState) bool {
	return a.write > b.write || a.write == b.write && (a.read > b.read || a.read == b.read && len(a.exporting) < len(b.exporting))
}

// lost is how many waiting requests were not found, as far as the state tells.
func (r *remains) lost() int {
	if !r.known {
		return len(r.broken)
	}
	waiting := int(r.state.write-r.state.read) + len(r.state.exporting)
	return max(0, waiting-len(r.requests))
}

// replace writes a new file with the requests, in their order, and puts it in the
// place of the damaged one, which is kept under another name.
func (r *remains) replace(f *os.File, path, aside string) (err error) {
	// The name is one that the next start removes when this is interrupted.
	temporary, err := os.CreateTemp(filepath.Dir(path), filestorage.TempDbPrefix)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temporary.Name())
		}
	}()
	if err := temporary.Close(); err != nil {
		return err
	}
	if err := r.write(f, temporary.Name()); err != nil {
		return err
	}
	// A link, so that there is a file under this name at every moment.
	if err := durable.Add(path, aside); err != nil {
		if err := durable.Replace(path, aside); err != nil {
			return err
		}
	}
	return durable.Replace(temporary.Name(), path)
}

func (r *remains) write(f *os.File, path string) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		return err
	}
	defer db.Close()
	numbers := make([]uint64, 0, len(r.requests))
	for n := range r.requests {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	state := queueState{items: r.state.items, bytes: r.state.bytes, write: uint64(len(numbers))}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(metadataKey), state.append(nil))
	})
	for i := 0; i < len(numbers) && err == nil; i++ {
		at := r.requests[numbers[i]]
		value := make([]byte, at.Size)
		if _, err := f.ReadAt(value, at.At); err != nil {
			return err
		}
		err = db.Update(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte(bucket)).Put([]byte(strconv.Itoa(i)), value)
		})
	}
	if err != nil {
		return err
	}
	return db.Sync()
}
