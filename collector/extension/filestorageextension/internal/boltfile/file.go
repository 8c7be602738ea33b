package boltfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// The layout of bbolt's version 2, in the byte order of the machine.
const (
	magic   = 0xED0CDAED
	version = 2

	headerSize  = 16 // of a page: id, flags, count, overflow
	metaSize    = 64
	elementSize = 16 // of a branch or a leaf
	bucketSize  = 16 // before an inline page: root, sequence

	branchPage = 0x01
	leafPage   = 0x02

	bucketElement = 0x01

	smallestPage, largestPage = 1024, 64 << 10
	smallestFile              = 4096 // bbolt reads as much at once

	freelistPage = 0x10
	noFreelist   = 1<<64 - 1
	maxKey       = 32 << 10 // bbolt's limit
	maxDepth     = 64
)

var order = binary.NativeEndian

// ErrDamaged is wrapped by every error that says the content of a file is wrong,
// not that it cannot be read.
var ErrDamaged = errors.New("damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// file is one that may be damaged.
type file struct {
	r    io.ReaderAt
	size int64
	page int64 // bytes of a page
}

// meta is where the content of a file begins.
type meta struct {
	pageSize  int64
	root      uint64
	freelist  uint64 // the page that lists the free ones; contrib's files have none
	highWater uint64 // pages in use are below
	txid      uint64
}

func (f *file) read(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at > f.size-n {
		return nil, damaged("the file is cut short: %d bytes at %d of %d", n, at, f.size)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// metaAt reads the meta page at an offset; ok is false where there is none.
func (f *file) metaAt(at int64) (m meta, ok bool, err error) {
	if at+headerSize+metaSize > f.size {
		return m, false, nil
	}
	b, err := f.read(at+headerSize, metaSize)
	if err != nil {
		return m, false, err
	}
	h := fnv.New64a()
	h.Write(b[:metaSize-8])
	if order.Uint32(b) != magic || order.Uint32(b[4:]) != version || order.Uint64(b[56:]) != h.Sum64() {
		return m, false, nil
	}
	m = meta{pageSize: int64(order.Uint32(b[8:])), root: order.Uint64(b[16:]), freelist: order.Uint64(b[32:]), highWater: order.Uint64(b[40:]), txid: order.Uint64(b[48:])}
	return m, m.pageSize >= smallestPage && m.pageSize <= largestPage && m.pageSize&(m.pageSize-1) == 0, nil
}

// metas are the valid ones of the two, the newest first.
func (f *file) metas() ([]meta, error) {
	if f.size < smallestFile {
		return nil, nil
	}
	first, ok, err := f.metaAt(0)
	if err != nil {
		return nil, err
	}
	var found []meta
	from, to := int64(smallestPage), int64(largestPage)
	if ok {
		found = append(found, first)
		from, to = first.pageSize, first.pageSize
	}
	for size := from; size <= to; size *= 2 {
		second, ok, err := f.metaAt(size)
		if err != nil {
			return nil, err
		}
		if !ok || second.pageSize != size {
			continue
		}
		if found = append(found, second); len(found) == 2 && second.txid > first.txid {
			found[0], found[1] = found[1], found[0]
		}
		break
	}
	return found, nil
}

// page is the head of one.
type page struct {
	id       uint64
	flags    uint16
	count    int
	overflow int64
}

func header(b []byte) page {
	return page{id: order.Uint64(b), flags: order.Uint16(b[8:]), count: int(order.Uint16(b[10:])), overflow: int64(order.Uint32(b[12:]))}
}

// element is one of a leaf: where its key and its value are in the file.
type element struct {
	flags        uint32
	bucket       bool
	key          []byte
	value, bytes int64
}

// leaf reads the elements of a leaf page whose head is at an offset and which
// ends before limit.
func (f *file) leaf(at int64, count int, limit int64) ([]element, error) {
	table, err := f.read(at+headerSize, int64(count)*elementSize)
	if err != nil {
		return nil, err
	}
	elements := make([]element, count)
	for i := range elements {
		if elements[i], err = f.element(at, table, i, limit); err != nil {
			return nil, err
		}
	}
	return elements, nil
}

// element is number i of the table of a leaf page.
func (f *file) element(at int64, table []byte, i int, limit int64) (e element, err error) {
	b := table[i*elementSize:]
	key := at + headerSize + int64(i)*elementSize + int64(order.Uint32(b[4:]))
	keySize, valueSize := int64(order.Uint32(b[8:])), int64(order.Uint32(b[12:]))
	if keySize > maxKey || key+keySize+valueSize > limit {
		return e, damaged("an entry is larger than its page")
	}
	e.key, err = f.read(key, keySize)
	e.flags = order.Uint32(b)
	e.bucket = e.flags&bucketElement != 0
	e.value, e.bytes = key+keySize, valueSize
	return e, err
}
