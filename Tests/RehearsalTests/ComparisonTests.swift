// The comparison.

import Rehearsal
import Testing
