// The record that broken ones were meant to be, made of nothing but their own text.

public import Model
internal import Syntax

/// Repairs key records.
public enum KeyRepair {
  /// What could stand in the place of broken records.
  ///
  /// - Parameter answers: the TXT records of different answers.
  /// - Returns: the repairs, by `RecordRepair.key(of:)` of the records of an answer. Records that need no repair, and those
  ///   that cannot be repaired (a key that is cut short, damaged, revoked or private), are not in it.
  public static func repairs(for answers: [[TextRecord]]) -> [[UInt8]: RecordRepair] {
    answers.reduce(into: [:]) { repairs, records in
      let key = RecordRepair.key(of: records)
      if repairs[key] == nil, let repair = repair(records) { repairs[key] = repair }
    }
  }

  /// The record that these records at one name were meant to be; nil where they are sound, or nobody can know.
  public static func repair(_ records: [TextRecord]) -> RecordRepair? {
    guard (1...longest).contains(records.count), records.reduce(0, { $0 + $1.joined.count }) <= longestText else {
      return nil
    }
    let judgement = KeyJudge.judge(records)
    let complaints = complaints(in: judgement)
    guard !complaints.isEmpty, !complaints.contains("key-private") else { return nil }
    let texts = records.map(\.joined).sorted { $0.lexicographicallyPrecedes($1) }
    let mended = texts.compactMap(mend)
    // Tags of the key itself may stand in a record of their own.
    let isHeadless = texts.contains { text in
      let reading = RecordReading(TextRecord(bytes: text))
      return reading.kind == .key && reading.tag(.p) == nil
    }
    return isHeadless || mended.isEmpty ? joined(texts) ?? alone(mended, of: texts) : alone(mended, of: texts)
  }

  /// The most records at one name that are looked at: the order of the pieces of a key is tried.
  private static let longest = 4
  /// The most bytes of text: a key of 16384 bits takes less than 3 kB.
  private static let longestText = 4096

  /// Where one of the records holds a key, and no other holds another one, that is the record.
  private static func alone(_ mended: [Mended], of texts: [[UInt8]]) -> RecordRepair? {
    guard let best = mended.min(by: { $0.rows.count < $1.rows.count }),
      mended.allSatisfy({ $0.key.fingerprint == best.key.fingerprint })
    else { return nil }
    return best.repair(saying: texts.count > 1 ? ["the other records are removed"] : [])
  }

  /// Where only several of them together hold a key, they are its pieces.
  private static func joined(_ texts: [[UInt8]]) -> RecordRepair? {
    guard texts.count > 1 else { return nil }
    let sorted =
      texts.filter { $0[...].hasPrefixIgnoringCase("v=") } + texts.filter { !$0[...].hasPrefixIgnoringCase("v=") }
    for order in sorted.orders {
      for whole in [Array(order.joined()), Array(order.joined(separator: "; ".utf8)), order.withValuesJoined] {
        if let mended = mend(whole) {
          return mended.repair(saying: ["the \(texts.count) records are joined into one"])
        }
      }
    }
    return nil
  }

  // MARK: one text

  /// A text that became a sound record.
  private struct Mended {
    var text: [UInt8]
    var rows: [KeyRepairRow]
    var key: KeySummary

    func repair(saying first: [String]) -> RecordRepair {
      let descriptions = first + rows.map(\.description)
      let all =
        descriptions.count > 1
        ? descriptions.dropLast().joined(separator: ", ") + " and " + (descriptions.last ?? "") : descriptions.first
      return RecordRepair(record: TextRecord(bytes: text), description: all ?? "", steps: rows.map(\.id), key: key)
    }
  }

  /// A text on its way through the table, with what was done to it.
  private struct Draft {
    var text: [UInt8]
    var rows: [KeyRepairRow] = []
  }

  /// The first of the texts that the table makes of one which is a sound record; nil where they hold different keys.
  private static func mend(_ text: [UInt8]) -> Mended? {
    let mended = drafts(of: text).compactMap { draft -> Mended? in
      let judgement = KeyJudge.judge([TextRecord(bytes: draft.text)])
      guard complaints(in: judgement).isEmpty, let key = judgement.key, !key.revoked else { return nil }
      return Mended(text: draft.text, rows: draft.rows, key: key)
    }
    return mended.allSatisfy { $0.key.fingerprint == mended.first?.key.fingerprint } ? mended.first : nil
  }

  private static func drafts(of text: [UInt8]) -> [Draft] {
    KeyRepairs.table.reduce([Draft(text: text)]) { drafts, row in
      drafts.prefix(4).flatMap { draft -> [Draft] in
        let mended = row.mend(draft.text).filter { $0 != draft.text && $0.count <= longestText }
        return mended.isEmpty ? [draft] : mended.map { Draft(text: $0, rows: draft.rows + [row]) }
      }
    }
  }

  /// The rules that find something wrong which another text could mend: of the size of a key none can.
  private static func complaints(in judgement: KeyJudgement) -> Set<String> {
    var rules = Set(judgement.findings.filter { $0.severity > .info && textRules.contains($0.rule) }.map(\.rule))
    if judgement.state == .invalid { rules.insert("invalid") }
    return rules
  }

  private static let textRules = Set(
    (recordRules + foreignTextRules + privateKeyRules + syntaxRules + versionRules + characterRules + keyTypeRules
      + valueRules + structureRules + scopeRules + noteRules).map(\.rule.id)
  ).subtracting(["key-revoked"])
}

extension [[UInt8]] {
  /// All orders of a few texts.
  fileprivate var orders: [[[UInt8]]] {
    guard count > 1 else { return [self] }
    return indices.flatMap { index -> [[[UInt8]]] in
      var rest = self
      let first = rest.remove(at: index)
      return rest.orders.map { [first] + $0 }
    }
  }

  /// The first text with the values of `p=` of all of them, where each has the tags of its own.
  fileprivate var withValuesJoined: [UInt8] {
    let pieces = map { text -> [UInt8] in
      let tags = TagText(text)
      return tags.value(.p) ?? text
    }
    var tags = TagText(first ?? [])
    tags.set(.p, to: Array<UInt8>(pieces.joined()))
    return tags.text
  }
}
