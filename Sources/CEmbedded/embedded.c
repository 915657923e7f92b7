// Each file stays in the folder of the target that reads it. A Swift array of the same bytes takes the compiler 20 s for 120 KB.
#include "CEmbedded.h"
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(bytes) return (embedded_file){bytes, sizeof bytes}

embedded_file embedded_known_primes(void) {
  static const unsigned char bytes[] = {
#embed "../Keys/Data/known-primes.tsv"
  };
  FILE_OF(bytes);
}

embedded_file embedded_published_keys(void) {
  static const unsigned char bytes[] = {
#embed "../Keys/Data/published-keys.tsv"
  };
  FILE_OF(bytes);
}

embedded_file embedded_vendors(void) {
  static const unsigned char bytes[] = {
#embed "../Conventions/Data/vendors.tsv"
  };
  FILE_OF(bytes);
}

embedded_file embedded_hosts(void) {
  static const unsigned char bytes[] = {
#embed "../Conventions/Data/hosts.tsv"
  };
  FILE_OF(bytes);
}
