//go:build linux && cgo

package cmemory

/*
#include <malloc.h>

static int bound(int arenas) {
#ifdef M_ARENA_MAX
	return mallopt(M_ARENA_MAX, arenas);
#else
	return 0;
#endif
}

static void trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

import (
	"context"
	"os"
	"time"
)

// arenas is enough for a store with one writer and few questions at a time.
const arenas = 2

// trimEvery is how often free memory is given back: that takes some milliseconds.
const trimEvery = 30 * time.Second

// Bound limits the arenas of the C library, before the store is opened, unless
// MALLOC_ARENA_MAX does.
func Bound() {
	if _, set := os.LookupEnv("MALLOC_ARENA_MAX"); !set {
		C.bound(arenas)
	}
}

// Trim gives free memory back to the kernel until ctx ends.
func Trim(ctx context.Context) {
	ticker := time.NewTicker(trimEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			C.trim()
		}
	}
}
