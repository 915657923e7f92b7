// Words that findings, summaries and diagnoses share: lists, servers, times, and lines that a person can repeat.

internal import Model

enum Wording {
  /// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is counted.
  static func list(_ items: [String], limit: Int = 6) -> String {
    if items.count > limit {
      return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
    }
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The names of the sources, repeats left out.
  static func names(_ sources: [Source]) -> String {
    list(sources.map(\.name).withoutRepeats)
  }

  /// `1 watch`, `3 watches`.
  static func watches(_ number: Int) -> String { number == 1 ? "1 watch" : "\(number) watches" }

  /// What came, in the words of DNS tools.
  static func outcome(_ answer: Answer) -> String {
    switch answer.outcome {
    case .records: answer.records.map(shortened).joined(separator: " and ")
    case .nodata: "NOERROR without a TXT record"
    case .nxdomain: "NXDOMAIN"
    case .failed(let failure): self.failure(failure)
    }
  }

  /// A record in quotes; of long ones both ends, where they tell what differs.
  static func shortened(_ record: TextRecord) -> String {
    let text = record.text
    return text.count <= 96 ? "\"\(text)\"" : "\"\(text.prefix(60))…\(text.suffix(24))\""
  }

  /// A failure as what came back.
  static func failure(_ failure: Outcome.Failure) -> String {
    switch failure {
    case .timeout: "no answer in time"
    case .servfail: "SERVFAIL"
    case .refused: "REFUSED"
    case .lame: "an answer without authority"
    case .malformed: "an answer that breaks the protocol"
    case .unreachable: "unreachable"
    case .bogus: "SERVFAIL, an answer only with checking disabled"
    }
  }

  /// A failure as what a server does.
  static func deed(_ failure: Outcome.Failure) -> String {
    switch failure {
    case .timeout: "does not answer in time"
    case .servfail: "answers SERVFAIL"
    case .refused: "answers REFUSED"
    case .lame: "answers without authority"
    case .malformed: "answers with what breaks the protocol"
    case .unreachable: "cannot be reached"
    case .bogus: "answers SERVFAIL, and the key only with checking disabled"
    }
  }

  /// `15:02 UTC`, with the date where that is another day than `now`.
  static func time(_ time: Timestamp, now: Timestamp) -> String {
    let day = time.description.prefix(10)
    return (day == now.description.prefix(10) ? "" : "\(day) ") + "\(time.timeOfDay) UTC"
  }

  /// `45 s`, `12 min`, `3 h`, `2 days`: whole units, rounded.
  static func duration(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\((seconds + 30) / 60) min"
    case ..<172_800: return "\((seconds + 1800) / 3600) h"
    default: return "\((seconds + 43_200) / 86_400) days"
    }
  }

  /// What a person types to see the same, and what it said: `dig +norecurse @192.0.2.1 s1._domainkey.example.org TXT → NXDOMAIN`.
  static func dig(_ source: Source) -> String {
    let server = source.server
    let result = outcome(server.answer)
    let chain =
      server.answer.cname.isEmpty
      ? "" : "CNAME " + server.answer.cname.map(\.description).joined(separator: ", CNAME ") + ", then "
    let ttl = source.isAuthoritative ? nil : server.answer.ttl ?? server.answer.negativeTTL
    let errors = server.answer.extendedErrors.map {
      " (EDE \($0.code)" + ($0.text.isEmpty ? ")" : ": \($0.text))")
    }
    let said = chain + result + errors.joined() + (ttl.map { ", \($0) s left" } ?? "")
    guard let endpoint = server.endpoint else {
      return server.server.hasPrefix("http")
        ? "\(server.question) TXT over DoH at \(server.server) → \(said)"
        : "\(server.server) → no address"
    }
    var line = "dig" + (source.isAuthoritative ? " +norecurse" : "")
    if server.answer.transport == .tcp { line += " +tcp" }
    if endpoint.port != 53 { line += " -p \(endpoint.port)" }
    return line + " @\(endpoint.address) \(server.question) TXT → \(said)"
  }

  /// The dig-able lines of several sources.
  static func evidence(_ sources: [Source], limit: Int = 8) -> String {
    let lines = sources.prefix(limit).map(dig)
    let rest = sources.count > limit ? ["and \(sources.count - limit) more that say the like"] : []
    return (lines + rest).joined(separator: "\n")
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of its first place.
  var withoutRepeats: [Element] {
    var met: Set<Element> = []
    return filter { met.insert($0).inserted }
  }
}
