// What one row of the table of repairs is, and a record as a list of tags that can be changed.

internal import Model
internal import Syntax

/// A row of the table with its function.
struct KeyRepairRow: Sendable {
  /// The name of its fixture.
  let id: String
  /// What is done: `the quotation marks are removed`.
  let description: String
  /// The texts that one may be meant as, the likeliest first; empty where the row does not apply.
  let mend: @Sendable ([UInt8]) -> [[UInt8]]

  /// A row that changes characters wherever they stand.
  static func text(_ id: String, _ description: String, _ mend: @escaping @Sendable ([UInt8]) -> [UInt8]?)
    -> KeyRepairRow
  {
    KeyRepairRow(id: id, description: description) { text in mend(text).map { [$0] } ?? [] }
  }

  /// A row that knows several ways.
  static func texts(_ id: String, _ description: String, _ mend: @escaping @Sendable ([UInt8]) -> [[UInt8]])
    -> KeyRepairRow
  {
    KeyRepairRow(id: id, description: description, mend: mend)
  }

  /// A row that changes tags; the function says whether it did.
  static func tags(
    _ id: String, _ description: String, _ mend: @escaping @Sendable (inout TagText) -> Bool
  ) -> KeyRepairRow {
    KeyRepairRow(id: id, description: description) { text in
      var tags = TagText(text)
      return mend(&tags) ? [tags.text] : []
    }
  }

  /// A row that changes the value of `p=`.
  static func value(
    _ id: String, _ description: String, _ mend: @escaping @Sendable ([UInt8]) -> [[UInt8]]
  ) -> KeyRepairRow {
    KeyRepairRow(id: id, description: description) { text in
      let tags = TagText(text)
      guard let value = tags.value(.p), !value.isEmpty else { return [] }
      return mend(value).map { new in
        var tags = tags
        tags.set(.p, to: new)
        return tags.text
      }
    }
  }
}

/// A tag-list with copies of its pieces. Pieces without `=` have no name.
struct TagText: Hashable, Sendable {
  struct Tag: Hashable, Sendable {
    var name: [UInt8]?
    var value: [UInt8]

    func isNamed(_ name: TagName) -> Bool { self.name == [name.rawValue] }
  }

  var tags: [Tag]

  init(_ text: [UInt8]) {
    tags = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { piece in
      let piece = piece.trimmed
      guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { return Tag(name: nil, value: Array(piece)) }
      return Tag(name: Array(piece[..<equals].trimmed), value: Array(piece[(equals + 1)...].trimmed))
    }
    // What stands behind the last semicolon is no tag, where it is nothing.
    if let last = tags.last, last.name == nil, last.value.isEmpty { tags.removeLast() }
  }

  /// `name=value` with `; ` between.
  var text: [UInt8] {
    Array(
      tags.map { tag in (tag.name.map { $0 + [UInt8(ascii: "=")] } ?? []) + tag.value }.joined(separator: "; ".utf8))
  }

  /// The value of the first tag of this name.
  func value(_ name: TagName) -> [UInt8]? { tags.first { $0.isNamed(name) }?.value }

  /// Gives a tag another value; adds it, `v` first and others before `p`, where it is not there.
  mutating func set(_ name: TagName, to value: [UInt8]) {
    if let index = tags.firstIndex(where: { $0.isNamed(name) }) {
      tags[index].value = value
      return
    }
    let place = name == .v ? 0 : tags.firstIndex { $0.isNamed(.p) } ?? tags.count
    tags.insert(Tag(name: [name.rawValue], value: value), at: place)
  }

  mutating func remove(_ name: TagName) { tags.removeAll { $0.isNamed(name) } }
}

extension ArraySlice<UInt8> {
  /// Without the white space at both ends.
  var trimmed: ArraySlice<UInt8> {
    var slice = drop { $0.isBlank }
    while slice.last?.isBlank == true { slice.removeLast() }
    return slice
  }
}
