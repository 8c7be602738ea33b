// Package cmemory keeps small what the C library keeps of memory that the store has
// freed. Its allocator has an arena for each few threads, up to eight for each
// processor, and Go calls the store from many threads: memory that is free in one arena
// is not used by the next.
package cmemory
