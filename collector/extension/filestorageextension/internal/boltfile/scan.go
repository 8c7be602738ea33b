package boltfile

import (
	"errors"
	"io"
)

// Value is where the value of a key is in a file.
type Value struct{ At, Size int64 }

// Scan hands over every entry of every leaf page that can be read, whether or not
// a tree leads there: also of pages that are no longer in use, so that a key can
// come more than once. yield ends it with false. The error is one of reading.
func Scan(r io.ReaderAt, size int64, yield func(key []byte, value Value) bool) error {
	f := &file{r: r, size: size}
	metas, err := f.metas()
	if err != nil {
		return err
	}
	pages := []int64{4096, 16384, 65536, 8192, 32768}
	if len(metas) > 0 {
		pages = []int64{metas[0].pageSize}
	}
	for _, f.page = range pages {
		found, goOn, err := f.scan(yield)
		if found || !goOn || err != nil {
			return err
		}
	}
	return nil
}

func (f *file) scan(yield func([]byte, Value) bool) (found, goOn bool, err error) {
	for id := int64(2); (id+1)*f.page <= f.size; id++ {
		b, err := f.read(id*f.page, headerSize)
		if err != nil {
			return found, false, err
		}
		p := header(b)
		if p.id != uint64(id) || p.flags != leafPage {
			continue
		}
		// The last page of a file that was cut short may hold whole entries.
		limit := min(f.size, (id+p.overflow+1)*f.page)
		ok, err := f.entries(id*f.page, p.count, limit, 0, yield)
		if err != nil {
			return found, false, err
		}
		if !ok {
			return true, false, nil
		}
		found = true
	}
	return found, true, nil
}

// entries hands over those of one leaf page that are whole.
func (f *file) entries(at int64, count int, limit int64, depth int, yield func([]byte, Value) bool) (bool, error) {
	count = min(count, int(max(0, limit-at-headerSize)/elementSize))
	table, err := f.read(at+headerSize, int64(count)*elementSize)
	if err != nil {
		return false, err
	}
	for i := range count {
		e, err := f.element(at, table, i, limit)
		if errors.Is(err, ErrDamaged) {
			continue
		}
		if err != nil {
			return false, err
		}
		if !e.bucket {
			if !yield(e.key, Value{e.value, e.bytes}) {
				return false, nil
			}
			continue
		}
		if e.bytes < bucketSize+headerSize || depth > 0 {
			continue
		}
		b, err := f.read(e.value, bucketSize+headerSize)
		if err != nil {
			return false, err
		}
		if p := header(b[bucketSize:]); order.Uint64(b) == 0 && p.flags == leafPage {
			if ok, err := f.entries(e.value+bucketSize, p.count, e.value+e.bytes, depth+1, yield); !ok || err != nil {
				return ok, err
			}
		}
	}
	return true, nil
}
