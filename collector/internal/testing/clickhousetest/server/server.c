/* Runs the ClickHouse server that lives in libchdb.so: what clickhouse-local
 * can be told with SYSTEM START LISTEN. The library is loaded by a process of
 * its own, so that it can be killed, and so that its signal handlers and its
 * memory are apart from those of Go.
 *
 *   server LIBRARY ARGUMENT...
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct result {
	char *buf;
	size_t len;
	void *vec;
	double elapsed;
	uint64_t rows, bytes;
	char *error;
};

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: %s LIBRARY ARGUMENT...\n", argv[0]);
		return 2;
	}
	void *library = dlopen(argv[1], RTLD_NOW);
	if (!library) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	struct result *(*query)(int, char **) = (struct result * (*)(int, char **))dlsym(library, "query_stable_v2");
	if (!query) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	argv[1] = "clickhouse";
	struct result *answer = query(argc - 1, argv + 1);
	if (answer && answer->error) {
		fprintf(stderr, "%s\n", answer->error);
		return 1;
	}
	return 0;
}
