// Causes: resolvers that still hold what the source does not say.

internal import Model

enum CacheCauses {
  static let all: [CauseRule] = []
}
