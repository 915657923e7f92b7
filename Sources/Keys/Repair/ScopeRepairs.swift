// Repairs of what a key may be used for.

internal import Model
internal import Syntax

let scopeRepairs: [KeyRepairRow] = [
  .tags("hashes", "h= is removed, which allows SHA-256") { tags in
    guard let value = tags.value(.h), !elements(value).contains(where: { $0.matches("sha256") }) || hasEmpty(value)
    else { return false }
    tags.remove(.h)
    return true
  },
  .tags("services", "s= is removed, which allows the key for mail") { tags in
    guard let value = tags.value(.s), !value.matches("*"), !value.matches("email") else { return false }
    tags.remove(.s)
    return true
  },
  .tags("flags", "t= keeps only the known flags") { tags in
    guard let value = tags.value(.t) else { return false }
    let known = elements(value).filter { $0.matches("y") || $0.matches("s") }
    guard known.count != value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).count else {
      return false
    }
    tags.set(.t, to: Array(known.joined(separator: [UInt8(ascii: ":")])))
    if known.isEmpty { tags.remove(.t) }
    return true
  },
  .tags("granularity", "g= is removed") { tags in
    guard tags.value(.g) != nil else { return false }
    tags.remove(.g)
    return true
  },
  .tags("note", "the note is removed") { tags in
    guard let note = tags.value(.n),
      note.contains(UInt8(ascii: "=")) || note.contains(where: { $0 >= 0x7F || $0 < 0x20 && !$0.isBlank })
    else { return false }
    tags.remove(.n)
    return true
  },
  .text("testing", "t=y is removed") { text in
    // Only where nothing else is wrong: else nobody knows whether the test is still going on.
    let record = RecordReading(TextRecord(bytes: text))
    guard record.isTesting, KeyReading.isUsable(record) else { return nil }
    var tags = TagText(text)
    let rest = elements(tags.value(.t) ?? []).filter { !$0.matches("y") }
    tags.set(.t, to: Array(rest.joined(separator: [UInt8(ascii: ":")])))
    if rest.isEmpty { tags.remove(.t) }
    return tags.text
  },
]

private func elements(_ list: [UInt8]) -> [ArraySlice<UInt8>] {
  list.split(separator: UInt8(ascii: ":")).map(\.trimmed).filter { !$0.isEmpty }
}

private func hasEmpty(_ list: [UInt8]) -> Bool {
  list.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).contains { $0.trimmed.isEmpty }
}
