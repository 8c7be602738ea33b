// Package cmemory decides how much free memory the allocators of C code keep. DuckDB takes
// most of its memory from an allocator of its own (jemalloc.c), and the rest from the C library.
// The one of glibc has an arena for every few threads, up to eight for each processor, and
// Go calls DuckDB from many threads. Once large memory was freed, each arena keeps up to
// 64 MB: spanledger up kept 340 MB that were free after 17 minutes, and 3 MB with the limits.
package cmemory
