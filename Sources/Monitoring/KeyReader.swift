// What `Keys` says of the texts of a look: the joint at which it enters the machine.

package import Keys
package import Model

/// Reads the texts of answers as keys.
package struct KeyReader: Sendable {
  /// What the records of an answer are worth, with what their key has in common with others.
  package var judge: @Sendable (_ answer: Answer, _ minimumBits: Int?, _ relations: KeyRelations) -> KeyJudgement
  /// What broken texts of a look were meant to be, by the joined text of the broken one.
  package var repairs: @Sendable (Look) -> [[UInt8]: RecordRepair]

  package init(
    judge: @escaping @Sendable (Answer, Int?, KeyRelations) -> KeyJudgement,
    repairs: @escaping @Sendable (Look) -> [[UInt8]: RecordRepair]
  ) {
    self.judge = judge
    self.repairs = repairs
  }

  /// The real one.
  package static let keys = KeyReader(
    judge: { KeyJudge.judge($0.records, minimumBits: $1, relations: $2) }, repairs: { $0.repairs })
}
