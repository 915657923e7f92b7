// OpenSSL's EVP: digests, and signatures of RSA keys of any size. Everything that Swift calls is a function in OpenSSL 3.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
