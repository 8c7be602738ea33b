package boltfile

import (
	"bytes"
	"io"
)

// Check reports what would have bbolt panic, or the process end, when it opens or
// reads the file: pages that are not there, are of no kind, hold keys out of
// order or are used twice. It reads keys, not values. An empty file is a new one.
func Check(r io.ReaderAt, size int64) error {
	if size == 0 {
		return nil
	}
	f := &file{r: r, size: size}
	metas, err := f.metas()
	if err != nil {
		return err
	}
	if len(metas) == 0 {
		return damaged("neither of its two meta pages is valid")
	}
	m := metas[0]
	f.page = m.pageSize
	if m.highWater > uint64(size/f.page) {
		return damaged("the file is cut short: %d bytes of %d pages of %d bytes", size, m.highWater, f.page)
	}
	c := &checker{file: f, highWater: m.highWater, used: make([]uint64, m.highWater/64+1)}
	if m.freelist != noFreelist {
		if err := c.freelist(m.freelist); err != nil {
			return err
		}
	}
	return c.tree(m.root, 0, nil, nil)
}

// checker walks the pages that are in use.
type checker struct {
	*file
	highWater uint64
	used      []uint64 // a bit a page
	inBucket  bool
}

// take marks the pages of a run as used.
func (c *checker) take(id uint64, overflow int64) error {
	if id < 2 || id >= c.highWater || uint64(overflow) >= c.highWater-id {
		return damaged("page %d is beyond the end", id)
	}
	for p := id; p <= id+uint64(overflow); p++ {
		if c.used[p/64]&(1<<(p%64)) != 0 {
			return damaged("page %d is used twice", p)
		}
		c.used[p/64] |= 1 << (p % 64)
	}
	return nil
}

// freelist checks a page that lists free ones.
func (c *checker) freelist(id uint64) error {
	if id < 2 || id >= c.highWater {
		return damaged("page %d is beyond the end", id)
	}
	b, err := c.read(int64(id)*c.page, headerSize)
	if err != nil {
		return err
	}
	p := header(b)
	if p.id != id || p.flags != freelistPage {
		return damaged("page %d does not list the free pages", id)
	}
	if err := c.take(id, p.overflow); err != nil {
		return err
	}
	count, size := int64(p.count), (p.overflow+1)*c.page-headerSize
	if p.count == 0xFFFF { // the number is in the first entry
		return damaged("page %d lists too many free pages", id)
	}
	if count*8 > size {
		return damaged("page %d lists more free pages than it has room for", id)
	}
	list, err := c.read(int64(id)*c.page+headerSize, count*8)
	if err != nil {
		return err
	}
	for ; len(list) > 0; list = list[8:] {
		if err := c.take(order.Uint64(list), 0); err != nil {
			return err
		}
	}
	return nil
}

// tree checks the page at id and those below it, whose keys are from low on and
// before high; nil is no limit.
func (c *checker) tree(id uint64, depth int, low, high []byte) error {
	if depth > maxDepth {
		return damaged("page %d: its tree is more than %d pages deep", id, maxDepth)
	}
	if id < 2 || id >= c.highWater {
		return damaged("page %d is beyond the end", id)
	}
	at := int64(id) * c.page
	b, err := c.read(at, headerSize)
	if err != nil {
		return err
	}
	p := header(b)
	if p.id != id {
		return damaged("page %d has the number %d in its header", id, p.id)
	}
	if err := c.take(id, p.overflow); err != nil {
		return err
	}
	limit := at + (p.overflow+1)*c.page
	switch p.flags {
	case leafPage:
		return c.leafPage(id, at, p.count, limit, depth, low, high)
	case branchPage:
		return c.branchPage(id, at, p.count, limit, depth, low, high)
	}
	return damaged("page %d is of an unknown kind (%#x)", id, p.flags)
}

func (c *checker) leafPage(id uint64, at int64, count int, limit int64, depth int, low, high []byte) error {
	elements, err := c.leaf(at, count, limit)
	if err != nil {
		return err
	}
	for i, e := range elements {
		if i > 0 {
			low = elements[i-1].key
		}
		if err := ordered(id, e.key, low, high, i > 0); err != nil {
			return err
		}
		// A file of the contrib extension has buckets at the top, and none in them.
		if e.flags > bucketElement || e.bucket == c.inBucket {
			return damaged("page %d: an entry is of an unknown kind (%#x)", id, e.flags)
		}
		if !e.bucket {
			continue
		}
		if e.bytes < bucketSize {
			return damaged("page %d: a bucket has no head", id)
		}
		b, err := c.read(e.value, bucketSize)
		if err != nil {
			return err
		}
		c.inBucket = true
		if root := order.Uint64(b); root != 0 {
			err = c.tree(root, depth+1, nil, nil)
		} else {
			err = c.inline(id, e, depth)
		}
		c.inBucket = false
		if err != nil {
			return err
		}
	}
	return nil
}

// inline checks a bucket that is within the page of another.
func (c *checker) inline(id uint64, e element, depth int) error {
	if depth > maxDepth {
		return damaged("page %d: its buckets are more than %d deep", id, maxDepth)
	}
	b, err := c.read(e.value+bucketSize, headerSize)
	if err != nil {
		return err
	}
	p := header(b)
	if p.flags != leafPage || p.id != 0 || p.overflow != 0 {
		return damaged("page %d: a bucket within it has no page", id)
	}
	return c.leafPage(id, e.value+bucketSize, p.count, e.value+e.bytes, depth+1, nil, nil)
}

func (c *checker) branchPage(id uint64, at int64, count int, limit int64, depth int, low, high []byte) error {
	if count == 0 {
		return damaged("page %d is a branch without leaves", id)
	}
	table, err := c.read(at+headerSize, int64(count)*elementSize)
	if err != nil {
		return err
	}
	keys, children := make([][]byte, count), make([]uint64, count)
	for i := range keys {
		b := table[i*elementSize:]
		key, size := at+headerSize+int64(i)*elementSize+int64(order.Uint32(b)), int64(order.Uint32(b[4:]))
		if size > maxKey || key+size > limit {
			return damaged("page %d: a key is larger than its page", id)
		}
		if keys[i], err = c.read(key, size); err != nil {
			return err
		}
		children[i] = order.Uint64(b[8:])
		if i > 0 {
			low = keys[i-1]
		}
		if err := ordered(id, keys[i], low, high, i > 0); err != nil {
			return err
		}
	}
	for i := range keys {
		next := high
		if i+1 < count {
			next = keys[i+1]
		}
		if err := c.tree(children[i], depth+1, keys[i], next); err != nil {
			return err
		}
	}
	return nil
}

// ordered reports a key that is not from low on, or beyond it, and before high.
func ordered(id uint64, key, low, high []byte, beyond bool) error {
	sign := bytes.Compare(key, low)
	if low != nil && (sign < 0 || beyond && sign == 0) || high != nil && bytes.Compare(key, high) >= 0 {
		return damaged("page %d: its keys are out of order", id)
	}
	return nil
}
