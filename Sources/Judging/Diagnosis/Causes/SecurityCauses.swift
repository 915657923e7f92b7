// Causes: DNSSEC.

internal import Model

enum SecurityCauses {
  static let all: [CauseRule] = []
}
