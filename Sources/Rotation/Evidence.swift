// What a person types to see the same answer, and what it said.

internal import Model

enum Evidence {
  /// `dig +norecurse @192.0.2.1 s2._domainkey.example.org TXT → NXDOMAIN`.
  static func line(_ server: ServerAnswer, isAuthoritative: Bool) -> String {
    let answer = server.answer
    let chain = answer.cname.map { "CNAME \($0), " }.joined()
    let ttl = isAuthoritative ? nil : answer.ttl ?? answer.negativeTTL
    let said = chain + outcome(answer) + (ttl.map { ", \($0) s left" } ?? "")
    guard let endpoint = server.endpoint else {
      return server.server.hasPrefix("http")
        ? "\(server.question) TXT over DoH at \(server.server) → \(said)" : "\(server.server) → no address"
    }
    var line = "dig" + (isAuthoritative ? " +norecurse" : "")
    if answer.transport == .tcp { line += " +tcp" }
    if endpoint.port != 53 { line += " -p \(endpoint.port)" }
    return line + " @\(endpoint.address) \(server.question) TXT → \(said)"
  }

  private static func outcome(_ answer: Answer) -> String {
    switch answer.outcome {
    case .records: answer.records.map { shortened($0.text) }.joined(separator: " and ")
    case .nodata: "NOERROR without a TXT record"
    case .nxdomain: "NXDOMAIN"
    case .failed(let failure): deed(failure)
    }
  }

  /// A record in quotes; of long ones both ends, where they tell what differs.
  static func shortened(_ text: String) -> String {
    text.count <= 96 ? "\"\(text)\"" : "\"\(text.prefix(60))…\(text.suffix(24))\""
  }

  /// A failure as what came back.
  static func deed(_ failure: Outcome.Failure) -> String {
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
}
