// Causes: records that stand at another name.

internal import Model

enum PlacementCauses {
  static let all: [CauseRule] = []
}
