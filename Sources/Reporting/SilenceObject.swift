// Silences as they are shown: of what nobody is alerted, until when, and who said why.

package import Model

/// The JSON object of a silence.
package struct SilenceObject: Encodable {
  let silence: Silence
  let at: Timestamp

  package init(silence: Silence, at: Timestamp) {
    self.silence = silence
    self.at = at
  }

  private enum CodingKeys: String, CodingKey {
    case id, active, matchers, by, reason, createdAt, expiresAt
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(silence.id, forKey: .id)
    try container.encode(silence.isActive(at: at), forKey: .active)
    try container.encode(silence.matchers, forKey: .matchers)
    try container.encode(silence.by, forKey: .by)
    try container.encode(silence.reason, forKey: .reason)
    try container.encode(silence.createdAt, forKey: .createdAt)
    try container.encode(silence.expiresAt, forKey: .expiresAt)
  }
}

extension Silence.Matchers {
  /// What an event must have, as in `domain domain.com, selector s1`.
  package func words(display: (DomainName) -> String) -> String {
    let parts =
      [domain.map { "domain \($0)" }, selector.map { "selector \(display($0))" }].compactMap(\.self)
      + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + types.map(\.rawValue)
    return parts.joined(separator: ", ")
  }
}
