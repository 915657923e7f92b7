// Causes: packets that do not come through.

internal import Model

enum TransportCauses {
  static let all: [CauseRule] = []
}
