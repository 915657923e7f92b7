// The records that the simulated zones hold: real keys, and what becomes of them by accident.

import Keys
import Model
import TestSupport

/// What a zone holds at a key name.
enum Content: Hashable, Sendable, CustomStringConvertible {
  /// A key of 2048 bits, by its number.
  case key(Int)
  /// One of 1024 bits.
  case weak(Int)
  case revoked
  /// The key of this number, cut off in the middle.
  case damaged(Int)
  case absent

  var description: String {
    switch self {
    case .key(let number): "key \(number)"
    case .weak(let number): "weak key \(number)"
    case .revoked: "p="
    case .damaged(let number): "key \(number) damaged"
    case .absent: "nothing"
    }
  }

  /// Whether receivers can use it.
  var isKey: Bool {
    switch self {
    case .key, .weak: true
    case .revoked, .damaged, .absent: false
    }
  }

  /// What tells it apart from all others.
  var number: UInt64 {
    switch self {
    case .absent: 0
    case .revoked: 1
    case .key(let number): 100 + UInt64(number)
    case .weak(let number): 200 + UInt64(number)
    case .damaged(let number): 300 + UInt64(number)
    }
  }
}

/// The texts of the contents, and what the real `Keys` says of each: asked once, since the same text is always worth the same.
final class KeyStock: Sendable {
  static let shared = KeyStock()

  let keys: [String]
  let weakKeys: [String]
  private let records: [Content: TextRecord]

  private init() {
    let lines = contents(ofFile: fixtures("alarms/keys.txt")) ?? ""
    func values(_ kind: String) -> [String] {
      lines.split(separator: "\n").filter { $0.hasPrefix(kind + " ") }.map { String($0.dropFirst(kind.count + 1)) }
    }
    let (keys, weakKeys) = (values("rsa2048"), values("rsa1024"))
    let all =
      keys.indices.flatMap { [Content.key($0), .damaged($0)] } + weakKeys.indices.map { .weak($0) } + [.revoked]
    records = all.reduce(into: [:]) { $0[$1] = Self.record($1, keys, weakKeys) }
    (self.keys, self.weakKeys) = (keys, weakKeys)
  }

  func record(_ content: Content) -> TextRecord? { records[content] }

  private static func record(_ content: Content, _ keys: [String], _ weakKeys: [String]) -> TextRecord? {
    switch content {
    case .key(let number): TextRecord("v=DKIM1; k=rsa; p=\(keys[number])")
    case .weak(let number): TextRecord("v=DKIM1; k=rsa; p=\(weakKeys[number])")
    case .revoked: TextRecord("v=DKIM1; p=")
    case .damaged(let number): TextRecord("v=DKIM1; k=rsa; p=\(keys[number].prefix(150))")
    case .absent: nil
    }
  }

  func judgement(_ content: Content) -> KeyJudgement? {
    record(content).map { KeyJudge.judge([$0]) }
  }
}
