// Keys whose private half stands in a document or a program's tests: whoever finds it there can sign.

internal import Embedded
internal import Model
internal import Syntax

/// The table of Data/published-keys.tsv.
enum PublishedKeys {
  /// Where the private half stands, by the public key's fingerprint (`KeySummary.fingerprint`).
  static let sources: [String: String] = read(EmbeddedFile.publishedKeys.bytes)

  /// Reads a table: fingerprint, kind and source between tabs; lines that begin with `#` are for people.
  static func read(_ text: [UInt8]) -> [String: String] {
    String(decoding: text, as: UTF8.self).split(separator: "\n").reduce(into: [:]) { sources, line in
      let cells = line.split(separator: "\t")
      if !line.hasPrefix("#"), cells.count == 3 { sources[String(cells[0])] = String(cells[2]) }
    }
  }
}
