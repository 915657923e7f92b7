// Files of this package that are part of the program: their bytes, as the linker has placed them.
#ifndef SELECTORD_CEMBEDDED_H
#define SELECTORD_CEMBEDDED_H
#include <stddef.h>

typedef struct {
  const unsigned char *_Nonnull start;
  size_t count;
} embedded_file;

embedded_file embedded_known_primes(void);
embedded_file embedded_published_keys(void);
embedded_file embedded_vendors(void);
embedded_file embedded_hosts(void);
#endif
