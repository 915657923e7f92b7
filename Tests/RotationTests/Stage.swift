// A small world for the gate: what servers and resolvers say at which time, in one line each.

import Model
import Testing

@testable import Rotation

/// What a place says: `new`, `old`, `other` and `weak` are keys; `gone`, `silent`, `bogus`, `refused`, `lame` and
/// `revoked` what they say.
enum Word: String {
  case new, old, other, weak, revoked, broken, gone, nodata, silent, servfail, bogus, refused, lame
}

/// Builds looks. Times are seconds from the start.
struct Stage {
  static let start = Timestamp(seconds: 1_795_464_000)
  static func time(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

  var negativeTTL: UInt32? = 300
  var ttl: UInt32 = 3600
  /// What is left of entries of recursive views.
  var left: UInt32 = 120
  var cacheIsAuthority = false
  var serials: [String: UInt32] = [:]

  static func key(_ selector: String) throws -> KeyName {
    try KeyName(selector: DomainName(selector), domain: DomainName("example.org"))
  }

  static func fingerprint(_ word: Word) -> String { "SHA256:\(word.rawValue)" }

  /// What the stage Keys would say of the texts of these words.
  static let judge: RotationSession.Judge = { records in
    guard let word = Word(rawValue: records.first.map(\.text) ?? "") else {
      return KeyJudgement(state: .invalid, verdict: .critical, summary: "No key.", key: nil, findings: [])
    }
    var key = KeySummary(type: .rsa, bits: 2048, fingerprint: fingerprint(word), revoked: false, testing: false)
    switch word {
    case .revoked:
      key.revoked = true
      return KeyJudgement(state: .revoked, verdict: .critical, summary: "Revoked.", key: key, findings: [])
    case .broken:
      return KeyJudgement(
        state: .invalid, verdict: .critical, summary: "The base64 in p= is cut.", key: nil,
        findings: [
          Finding(rule: "x", severity: .critical, text: "The base64 in p= is cut.", evidence: "", remedy: "")
        ])
    case .weak: key.bits = 1024
    default: break
    }
    return KeyJudgement(state: .published, verdict: .ok, summary: "Good.", key: key, findings: [])
  }

  func answer(_ word: Word, isCache: Bool) -> Answer {
    var failure: Outcome.Failure?
    var outcome = Outcome.records
    switch word {
    case .gone: outcome = .nxdomain
    case .nodata: outcome = .nodata
    case .silent: failure = .timeout
    case .servfail: failure = .servfail
    case .bogus: failure = .bogus
    case .refused: failure = .refused
    case .lame: failure = .lame
    default: break
    }
    if let failure { outcome = .failed(failure) }
    let hash = UInt64(truncatingIfNeeded: word.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    return Answer(
      outcome: outcome, records: outcome == .records ? [TextRecord(word.rawValue)] : [],
      ttl: outcome == .records ? (isCache ? left : ttl) : nil,
      negativeTTL: outcome == .nxdomain || outcome == .nodata ? (isCache ? left : negativeTTL) : nil,
      authoritative: !isCache || cacheIsAuthority, digest: Digest(high: 1, low: hash))
  }

  /// A look at a selector: `servers` of the zone, `caches` by the names of their views.
  func look(
    _ selector: String, at seconds: Int64, servers: [Word], caches: [String: Word] = [:], isAsked: Bool = true
  ) throws -> Look {
    let key = try Self.key(selector)
    let zone = try DomainName("example.org")
    let endpoints = servers.indices.map { Endpoint(.v4(0xC000_0201 + UInt32($0))) }
    let source = ViewAnswer(
      view: "authoritative", isAuthoritative: true,
      servers: zip(servers, endpoints).enumerated().map { index, pair in
        ServerAnswer(
          server: "ns\(index + 1).example.net", endpoint: pair.1, zone: zone, question: key.name,
          answer: answer(pair.0, isCache: false))
      },
      delegation: Delegation(
        zone: zone, servers: [], serials: serials, negativeTTL: servers.isEmpty ? nil : negativeTTL),
      walkFailure: servers.isEmpty
        ? WalkFailure(zone: zone, failure: .timeout, text: "no server of org answers") : nil)
    let views = caches.sorted { $0.key < $1.key }.map { name, word in
      ViewAnswer(
        view: name, isAuthoritative: false,
        servers: [
          ServerAnswer(
            server: "8.8.8.8", endpoint: Endpoint(.v4(0x0808_0808)), question: key.name,
            answer: answer(word, isCache: true))
        ])
    }
    return Look(key: key, at: Self.time(seconds), views: (isAsked ? [source] : []) + views)
  }

  static func views(_ caches: [String] = [], source: Bool = true) -> [View] {
    (source ? [View(name: "authoritative", source: .authoritative(rootHints: [], port: 53))] : [])
      + caches.map { View(name: $0, source: .resolver(Endpoint(.v4(0x0808_0808)), .udp)) }
  }

  static func gate(
    caches: [String] = [], source: Bool = true, old: String? = "s1", expected: [Word] = []
  ) throws -> Gate {
    Gate(
      domain: try DomainName("example.org"), new: try DomainName("s2"), old: try old.map { try DomainName($0) },
      expected: expected.isEmpty
        ? nil : ExpectedKey(fingerprints: expected.map(fingerprint), form: "an RSA private key (PKCS#8) of 2048 bits"),
      views: views(caches, source: source))
  }
}

extension RotationReport {
  subscript(id: String) -> Condition? { conditions.first { $0.id == id } }

  /// Each condition in a few words: `served-everywhere met`, `caches-cleared notYet +300`.
  var lines: [String] {
    conditions.map { condition in
      let until = condition.until.map { " +\(($0 - Stage.start).components.seconds)" } ?? ""
      return "\(condition.id) \(condition.state.rawValue)\(until)"
    }
  }
}
