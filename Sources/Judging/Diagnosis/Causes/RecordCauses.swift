// Causes: the text of the record.

internal import Model

enum RecordCauses {
  static let all: [CauseRule] = []
}
