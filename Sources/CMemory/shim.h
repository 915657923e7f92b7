// Searches in memory that glibc declares only for _GNU_SOURCE, which Swift's Glibc module is built without.
#include <stddef.h>

void *memmem(const void *haystack, size_t length, const void *needle, size_t needle_length);
void *memrchr(const void *bytes, int byte, size_t length);
