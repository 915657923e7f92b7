// Causes: CNAMEs.

internal import Model

enum ChainCauses {
  static let all: [CauseRule] = []
}
