// The tags of a record: `name=value` between semicolons.

extension TextRecord {
  /// The tags in their order, names and values without the white space around them (RFC 6376, section 3.2). What has no
  /// `=` is left out; what is wrong with a tag, `Keys` says.
  public var tags: [(name: String, value: String)] {
    text.split(separator: ";").compactMap { part in
      let parts = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (parts[0].trimmed, parts[1].trimmed) : nil
    }
  }

  /// The value of the first `p=` without any white space; nil where there is none.
  public var publicKey: String? {
    tags.first { $0.name == "p" }.map { $0.value.filter { !$0.isWhitespace } }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
