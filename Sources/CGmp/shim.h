// gmp.h gives its functions their names by macros, which Swift does not see; Swift calls them by the names of the
// library (__gmpz_mul and so on).
#include <gmp.h>
