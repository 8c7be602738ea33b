//go:build linux

// DuckDB's own allocator, a jemalloc, reads this text when the program starts, after its
// other settings. By itself it returns memory a second after it was freed, and has an arena
// for each processor.
//
// dirty_decay_ms: every batch of rows needs tens of megabytes for less than a second, and
// every checkpoint frees the rows of many batches. Returned memory is a page fault for
// each 4 KB when it is used again, which was a third of the CPU time of a write.
//
// narenas: Go calls DuckDB from many threads, so each arena keeps what one batch needed.
const char *duckdb_je_malloc_conf_2_conf_harder = "narenas:2,dirty_decay_ms:5000";
