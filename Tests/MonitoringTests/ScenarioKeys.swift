// The key records of scenarios: real ones, under short names. `{good}` in a scenario file stands for the base64 text of a
// real key, and so it does in what is written down of it.

import Keys
import Model
import TestSupport

enum ScenarioKeys {
  /// The base64 text of each key of `scenarios/keys.tsv`, by name.
  static let table: [(name: String, text: String)] = (contents(ofFile: fixtures("scenarios") + "/keys.tsv") ?? "")
    .split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let columns = line.split(separator: "\t").map(String.init)
      return (columns[0], columns.count > 1 ? columns[1] : "")
    }

  /// The records that every scenario has without naming their texts.
  static let usual: [String: [TextRecord]] = {
    var records: [String: [TextRecord]] = [
      "empty": [TextRecord("v=DKIM1; p=")], "broken": [TextRecord("v=DKIM1; p=%%%")],
    ]
    for (name, text) in table where name != "ed25519" { records[name] = [TextRecord("v=DKIM1; k=rsa; p=\(text)")] }
    return records
  }()

  /// What is pinned where a scenario pins a key.
  static func fingerprint(of name: String) -> String? {
    usual[name].flatMap { KeyJudge.judge($0).key?.fingerprint }
  }

  /// The records of a fixture, such as `keys/key-pem-armour`: what follows `---` in its file.
  static func records(ofFixture path: String) throws -> [TextRecord] {
    let lines = (contents(ofFile: fixtures(path + ".txt")) ?? "").split(
      separator: "\n", omittingEmptySubsequences: false)
    guard let marker = lines.firstIndex(of: "---") else { return [] }
    return try RecordText.read(lines[(marker + 1)...].dropLast().joined(separator: "\n"))
  }

  /// Puts the texts in the place of `{name}`, and parts of them in that of `{name:1-100}` and `{name:101-}`; gives nil
  /// where there is no such key.
  static func expand(_ text: String) -> String? {
    var parts = text.split(separator: "{", omittingEmptySubsequences: false)[...]
    var result = String(parts.removeFirst())
    for part in parts {
      let halves = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
      let words = halves[0].split(separator: ":")
      guard halves.count == 2, let name = words.first, let key = table.first(where: { $0.name == name })?.text else {
        return nil
      }
      if words.count == 2 {
        let limits = words[1].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard limits.count == 2, let first = limits[0], first > 0 else { return nil }
        result += key.dropFirst(first - 1).prefix((limits[1] ?? key.count) - first + 1)
      } else {
        result += key
      }
      result += halves[1]
    }
    return result
  }

  /// Puts the names in the place of the texts, wherever these were parted into the strings of a record or cut short.
  static func fold(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var folded: [UInt8] = []
    folded.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      var best: (name: String, matched: Int, end: Int, isWhole: Bool)?
      for key in needles where key.bytes[0] == bytes[position] {
        let (matched, end) = match(key.bytes, in: bytes, at: position)
        if matched > best?.matched ?? 0 { best = (key.name, matched, end, matched == key.bytes.count) }
      }
      if let (name, end) = abridged(bytes, at: position) {
        folded += "{\(name)…}".utf8
        position = end
      } else if let best {
        folded += (best.isWhole ? "{\(best.name)}" : "{\(best.name):1-\(best.matched)}").utf8
        position = best.end
      } else {
        folded.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: folded, as: UTF8.self)
  }

  private static let needles = table.map { (name: $0.name, bytes: Array($0.text.utf8)) }

  /// A key of which a text shows the beginning and the end only.
  private static func abridged(_ bytes: [UInt8], at start: Int) -> (name: String, end: Int)? {
    for key in needles where key.bytes[0] == bytes[start] {
      let shown = zip(key.bytes, bytes[start...]).prefix { $0 == $1 }.count
      let tail = bytes[(start + shown)...]
      guard shown >= 8, tail.starts(with: "…".utf8) else { continue }
      let rest = tail.dropFirst(3)
      for length in stride(from: min(rest.count, key.bytes.count), through: 8, by: -1)
      where rest.starts(with: key.bytes.suffix(length)) {
        return (key.name, start + shown + 3 + length)
      }
    }
    return nil
  }

  /// So much of a key tells it from every other.
  private static let leastPart = 56

  private static func match(_ key: [UInt8], in bytes: [UInt8], at start: Int) -> (matched: Int, end: Int) {
    var (matched, position) = (0, start)
    while matched < key.count, position < bytes.count {
      if bytes[position] == key[matched] {
        matched += 1
        position += 1
      } else if matched > 0, bytes[position] == UInt8(ascii: "\""), bytes[position...].starts(with: #"" ""#.utf8) {
        position += 3
      } else {
        break
      }
    }
    return matched == key.count || matched >= leastPart ? (matched, position) : (0, start)
  }
}
