// What was asked and what came back, in words that a person can repeat with `dig`.

extension TextRecord {
  /// The record in quotes; of long ones both ends, where they tell what differs.
  public var excerpt: String {
    text.count <= 96 ? "\"\(text)\"" : "\"\(text.prefix(60))…\(text.suffix(24))\""
  }
}

extension TextRecord {
  /// What is kept of a record of this type, shortened as `excerpt` is; only texts are in quotes.
  public func excerpt(of type: RecordType) -> String {
    if type == .txt { return excerpt }
    return text.count <= 96 ? text : "\(text.prefix(60))…\(text.suffix(24))"
  }
}

extension RecordType {
  /// `a TXT`, `an MX`: as it is read aloud.
  public var withArticle: String {
    let text = description
    return (["A", "AAAA", "MX", "NS", "SOA", "SRV", "SSHFP"].contains(text) ? "an " : "a ") + text
  }
}

extension Outcome.Failure {
  /// As what came back: `no answer in time`.
  public var result: String {
    switch self {
    case .timeout: "no answer in time"
    case .servfail: "SERVFAIL"
    case .refused: "REFUSED"
    case .lame: "an answer without authority"
    case .malformed: "a malformed response"
    case .unreachable: "unreachable"
    case .bogus: "SERVFAIL, an answer only with checking disabled"
    }
  }
}

extension Answer {
  /// What came of a question for records of a type: `CNAME s1.example.net, then NXDOMAIN`, with the extended errors.
  public func result(for type: RecordType = .txt) -> String {
    switch outcome {
    case .records: result(records.map { $0.excerpt(of: type) }.joined(separator: " and "))
    case .nodata: result("NOERROR without \(type.withArticle) record")
    case .nxdomain: result("NXDOMAIN")
    // Each of its links is an answer by the book.
    case .failed(.malformed) where !cname.isEmpty: result("no end: the chain is a circle or too long")
    case .failed(let failure): result(failure.result)
    }
  }

  /// The chain, some result, and the extended errors.
  public func result(_ result: String) -> String {
    let chain =
      cname.isEmpty ? "" : "CNAME " + cname.map(\.description).joined(separator: ", CNAME ") + ", then "
    let errors = extendedErrors.map { " (EDE \($0.code)" + ($0.text.isEmpty ? ")" : ": \($0.text))") }
    return chain + result + errors.joined()
  }
}

extension ServerAnswer {
  /// The command line that asks the same, and what it said: `dig +norecurse @192.0.2.1 s1._domainkey.example.org TXT →
  /// NXDOMAIN`. A resolver's answer has the time that it is kept.
  public func repeatable(isAuthoritative: Bool) -> String {
    let ttl = isAuthoritative ? nil : answer.ttl ?? answer.negativeTTL
    let said = answer.result(for: type) + (ttl.map { ", \($0) s left" } ?? "")
    return Question(question, type).command(
      at: server, endpoint: endpoint, recurses: !isAuthoritative, options: answer.transport == .tcp ? ["+tcp"] : []
    ).map { "\($0) → \(said)" } ?? "\(server) → no address"
  }
}

extension Question {
  /// The command line of `dig`; nil where there is no address to ask.
  public func command(at server: String, endpoint: Endpoint?, recurses: Bool, options: [String]) -> String? {
    guard let endpoint else { return server.hasPrefix("http") ? "\(name) \(type) over DoH at \(server)" : nil }
    var words = ["dig"] + (recurses ? [] : ["+norecurse"]) + options
    if endpoint.port != 53 { words += ["-p", "\(endpoint.port)"] }
    return (words + ["@\(endpoint.address)", "\(name)", "\(type)"]).joined(separator: " ")
  }
}
