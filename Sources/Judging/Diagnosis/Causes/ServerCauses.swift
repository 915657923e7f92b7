// Causes: servers of the zone that differ or fail.

internal import Model

enum ServerCauses {
  static let all: [CauseRule] = []
}
