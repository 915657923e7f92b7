// The gate.

import Rotation
import Testing
