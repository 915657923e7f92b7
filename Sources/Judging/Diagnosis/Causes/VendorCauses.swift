// Causes: what vendors of mail ask for.

internal import Model

enum VendorCauses {
  static let all: [CauseRule] = []
}
