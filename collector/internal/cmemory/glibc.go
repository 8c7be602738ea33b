//go:build linux && cgo

package cmemory

/*
#include <malloc.h>

static void limit(int parameter, int value) {
#ifdef __GLIBC__
	mallopt(parameter, value);
#endif
}
*/
import "C"

import "os"

// limits are parameters of mallopt, and the variables of the environment that take
// precedence. To set a threshold also keeps glibc from raising it.
var limits = []struct {
	parameter C.int
	value     C.int
	variable  string
}{
	{C.M_ARENA_MAX, 2, "MALLOC_ARENA_MAX"},
	{C.M_MMAP_THRESHOLD, 1 << 20, "MALLOC_MMAP_THRESHOLD_"}, // larger memory is returned when it is freed
	{C.M_TRIM_THRESHOLD, 1 << 20, "MALLOC_TRIM_THRESHOLD_"}, // more at the end of an arena is returned
}

// Bound sets the limits for this process. Call it before DuckDB is used: arenas that exist
// are kept.
func Bound() {
	for _, l := range limits {
		if _, set := os.LookupEnv(l.variable); !set {
			C.limit(l.parameter, l.value)
		}
	}
}
