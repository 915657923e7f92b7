// What glibc has for memory and Swift's Glibc module does not show: searches that are declared only for _GNU_SOURCE, and giving back
// what is free.
#include <stddef.h>

void *memmem(const void *haystack, size_t length, const void *needle, size_t needle_length);
void *memrchr(const void *bytes, int byte, size_t length);
int malloc_trim(size_t pad);
