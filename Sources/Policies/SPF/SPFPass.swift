// One pass over an SPF record with what is known so far.

internal import Model

/// Goes through the records until the result is known, or an answer is missing.
struct SPFPass {
  let client: SPFClient
  let limits: SPFEvaluation.Limits
  let replies: [Question: PolicyReply]

  private(set) var missing: [Question] = []
  private var lookups = 0
  private var voidLookups = 0
  private var trace: [SPFStep] = []

  /// Why a pass ends before its end.
  enum Stop: Error {
    case missingAnswer
    case permerror(String)
    case temperror(String)
  }

  /// What a record comes to.
  struct Verdict {
    var result: SPFResult
    var term: String?
    var domain: SPFName
    /// Where the explanation of a fail is.
    var explanation: SPFMacroString?
    var problem: String?
  }

  init(client: SPFClient, limits: SPFEvaluation.Limits, replies: [Question: PolicyReply]) {
    self.client = client
    self.limits = limits
    self.replies = replies
  }

  /// The outcome; nil where answers are missing.
  mutating func run() -> SPFOutcome? {
    // A literal, a single label or a name that DNS cannot hold has no record (section 4.3).
    guard let domain = SPFName(client.domain), domain.name.labels.count > 1 else {
      let shown = TextRecord(strings: [client.domain]).text
      return outcome(.none, problem: "'\(shown)' is no domain name of two labels or more.")
    }
    do throws(Stop) {
      let verdict = try check(domain, depth: 0)
      var explanation: String?
      if verdict.result == .fail, let exp = verdict.explanation {
        explanation = try explain(exp, verdict.domain)
      }
      var outcome = outcome(verdict.result, problem: verdict.problem)
      outcome.explanation = explanation
      outcome.term = verdict.term
      outcome.domain = verdict.domain.text
      return outcome
    } catch {
      switch error {
      case .missingAnswer: return nil
      case .permerror(let problem): return outcome(.permerror, problem: problem)
      case .temperror(let problem): return outcome(.temperror, problem: problem)
      }
    }
  }

  private func outcome(_ result: SPFResult, problem: String? = nil) -> SPFOutcome {
    SPFOutcome(result: result, problem: problem, lookups: lookups, voidLookups: voidLookups, trace: trace)
  }

  // MARK: - Records

  private mutating func check(_ domain: SPFName, depth: Int) throws(Stop) -> Verdict {
    let reply = try reply(to: Question(domain.name, .txt))
    if let failure = reply.outcome.failure {
      throw .temperror("The question for the TXT records of \(domain.text) failed: \(failure.result).")
    }
    let records = reply.texts.map(\.joined).filter(SPFRecord.isVersionOne)
    guard let text = records.first else {
      return Verdict(result: .none, domain: domain, problem: "\(domain.text) has no SPF record.")
    }
    guard records.count == 1 else {
      throw .permerror("\(domain.text) has \(records.count) SPF records.")
    }
    let (record, errors) = SPFRecord.read(text)
    if let error = errors.first {
      throw .permerror("The SPF record of \(domain.text) has a syntax error at '\(record.term(error.term))'.")
    }
    return try check(record, of: domain, depth: depth)
  }

  private mutating func check(_ record: SPFRecord, of domain: SPFName, depth: Int) throws(Stop) -> Verdict {
    for (index, directive) in record.directives.enumerated() {
      do throws(Stop) {
        guard try matches(directive, record, domain, depth) else { continue }
      } catch {
        if case .missingAnswer = error { lookAhead(record.directives[(index + 1)...], record, domain) }
        throw error
      }
      return Verdict(
        result: directive.qualifier.result, term: record.term(directive.place), domain: domain,
        explanation: record.explanation?.value)
    }
    guard let redirect = record.redirect else { return Verdict(result: .neutral, domain: domain) }
    try count(record.term(redirect.place), domain)
    let target = try expand(redirect.value, domain)
    step(record.term(redirect.place), domain, depth, target: target, isMatch: true)
    guard let name = SPFName(target) else {
      throw .permerror("\(record.term(redirect.place)) of \(domain.text) leads to no domain name.")
    }
    let verdict = try check(name, depth: depth)
    if verdict.result == .none {
      throw .permerror("\(record.term(redirect.place)) leads to \(name.text), which has no SPF record.")
    }
    return verdict
  }

  // MARK: - Mechanisms

  private mutating func matches(
    _ directive: SPFRecord.Directive, _ record: SPFRecord, _ domain: SPFName, _ depth: Int
  ) throws(Stop) -> Bool {
    let mechanism = directive.mechanism
    let term = record.term(directive.place)
    if mechanism.isCostly { try count(term, domain) }
    let target = try mechanism.domain.map { (string) throws(Stop) in try expand(string, domain) } ?? domain.bytes
    let isMatch =
      switch mechanism {
      case .all: true
      case .ip4(let bits, let prefix): client.address.isWithin(.v4(bits), prefix: prefix)
      case .ip6(let high, let low, let prefix):
        client.address.isWithin(.v6(high: high, low: low), prefix: prefix)
      case .include: try includes(target, term, domain, depth)
      case .a(_, let prefixes): try isAddress(of: SPFName(target), prefixes)
      case .mx(_, let prefixes): try isExchange(of: SPFName(target), prefixes)
      case .exists: try exists(SPFName(target))
      case .ptr: try validatedNames(SPFName(target)).first != nil
      }
    // An include has its own step before those of the record that it leads to.
    if case .include = mechanism {
    } else {
      step(term, domain, depth, target: mechanism.isCostly ? target : nil, isMatch: isMatch)
    }
    return isMatch
  }

  private mutating func includes(
    _ target: [UInt8], _ term: String, _ domain: SPFName, _ depth: Int
  ) throws(Stop) -> Bool {
    let place = trace.count
    step(term, domain, depth, target: target, isMatch: false)
    guard let name = SPFName(target) else {
      throw .permerror("\(term) of \(domain.text) leads to no domain name.")
    }
    let verdict = try check(name, depth: depth + 1)
    if verdict.result == .none {
      throw .permerror("\(term) of \(domain.text) leads to \(name.text), which has no SPF record.")
    }
    trace[place].isMatch = verdict.result == .pass
    return verdict.result == .pass
  }

  private mutating func isAddress(of name: SPFName?, _ prefixes: SPFRecord.Prefixes) throws(Stop) -> Bool {
    guard let name else { return false }
    return try addresses(of: name.name).contains { isClient($0, prefixes) }
  }

  private mutating func isExchange(of name: SPFName?, _ prefixes: SPFRecord.Prefixes) throws(Stop) -> Bool {
    guard let name else { return false }
    let reply = try counted(Question(name.name, .mx))
    let hosts = reply.exchanges
    guard hosts.count <= limits.exchanges else {
      throw .permerror("\(name.text) has \(hosts.count) MX records; at most \(limits.exchanges) may be looked at.")
    }
    let open = hosts.map { Question($0, client.address.isV6 ? .aaaa : .a) }.filter { replies[$0] == nil }
    if !open.isEmpty {
      missing += open
      throw .missingAnswer
    }
    for host in hosts where try addresses(of: host).contains(where: { isClient($0, prefixes) }) { return true }
    return false
  }

  /// Asks for A whatever the client's family is (section 5.7).
  private mutating func exists(_ name: SPFName?) throws(Stop) -> Bool {
    guard let name else { return false }
    return try !counted(Question(name.name, .a)).addresses(.a).isEmpty
  }

  private func isClient(_ address: IPAddress, _ prefixes: SPFRecord.Prefixes) -> Bool {
    client.address.isWithin(address, prefix: address.isV6 ? prefixes.v6 : prefixes.v4)
  }

  private mutating func addresses(of name: DomainName) throws(Stop) -> [IPAddress] {
    let type: RecordType = client.address.isV6 ? .aaaa : .a
    return try counted(Question(name, type)).addresses(type)
  }

  /// The names of the client that lead back to it, at or below a name where one is given (section 5.5).
  private mutating func validatedNames(_ target: SPFName?, isAnywhere: Bool = false) throws(Stop) -> [DomainName] {
    guard let reverse = client.address.reverseName, isAnywhere || target != nil else { return [] }
    let reply = try reply(to: Question(reverse, .ptr))
    if !isAnywhere { try countVoid(reply, reverse) }
    let names = reply.pointers.prefix(limits.pointers).filter { name in
      isAnywhere || target.map { name.isWithin($0.name) } == true
    }
    let type: RecordType = client.address.isV6 ? .aaaa : .a
    let open = names.map { Question($0, type) }.filter { replies[$0] == nil }
    if !open.isEmpty {
      missing += open
      throw .missingAnswer
    }
    return names.filter { replies[Question($0, type)]?.addresses(type).contains(client.address) == true }
  }

  // MARK: - Names and explanations

  private mutating func expand(_ string: SPFMacroString, _ domain: SPFName) throws(Stop) -> [UInt8] {
    SPFExpansion(client: client, domain: domain.bytes, validatedName: try validatedName(string, domain))
      .name(string)
  }

  /// The value of `%{p}`: the domain itself, else a name below it, else any (section 7.3).
  private mutating func validatedName(_ string: SPFMacroString, _ domain: SPFName) throws(Stop) -> [UInt8]? {
    guard string.letters.contains(UInt8(ascii: "p")) else { return nil }
    let names = try validatedNames(nil, isAnywhere: true)
    let name = names.first { $0 == domain.name } ?? names.first { $0.isWithin(domain.name) } ?? names.first
    return name.map { Array($0.description.utf8) }
  }

  /// The text of the explanation; nil where anything is wrong with it (section 6.2).
  private mutating func explain(_ exp: SPFMacroString, _ domain: SPFName) throws(Stop) -> String? {
    guard let name = SPFName(try expand(exp, domain)) else { return nil }
    let texts = try reply(to: Question(name.name, .txt)).texts.map(\.joined)
    guard texts.count == 1, let text = texts.first,
      let string = try? SPFMacroReader(text, 0..<text.count, term: 0..<text.count, allows: .explanation).read()
    else { return nil }
    let expansion = SPFExpansion(
      client: client, domain: domain.bytes, validatedName: try validatedName(string, domain))
    let bytes = expansion.text(string)
    return bytes.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: bytes, as: UTF8.self) : nil
  }

  // MARK: - Questions and limits

  private mutating func reply(to question: Question) throws(Stop) -> PolicyReply {
    guard let reply = replies[question] else {
      missing.append(question)
      throw .missingAnswer
    }
    return reply
  }

  /// As `reply`, of a mechanism: a failure ends the evaluation, and an empty answer counts.
  private mutating func counted(_ question: Question) throws(Stop) -> PolicyReply {
    let reply = try reply(to: question)
    if let failure = reply.outcome.failure {
      throw .temperror("The question for \(question.type) of \(question.name) failed: \(failure.result).")
    }
    try countVoid(reply, question.name)
    return reply
  }

  private mutating func countVoid(_ reply: PolicyReply, _ name: DomainName) throws(Stop) {
    guard reply.outcome == .nodata || reply.outcome == .nxdomain else { return }
    voidLookups += 1
    guard voidLookups <= limits.voidLookups else {
      throw .permerror("More than \(limits.voidLookups) lookups had no answer; the last one was \(name).")
    }
  }

  private mutating func count(_ term: String, _ domain: SPFName) throws(Stop) {
    lookups += 1
    guard lookups <= limits.lookups else {
      throw .permerror("\(term) of \(domain.text) is lookup \(lookups); at most \(limits.lookups) are allowed.")
    }
  }

  private mutating func step(
    _ term: String, _ domain: SPFName, _ depth: Int, target: [UInt8]? = nil, isMatch: Bool
  ) {
    // Ten thousand addresses need no ten thousand lines.
    guard isMatch || target != nil || trace.count < 1000 else { return }
    trace.append(
      SPFStep(
        depth: depth, domain: domain.text, term: term, target: target.map { TextRecord(strings: [$0]).text },
        lookups: lookups, isMatch: isMatch))
  }

  /// The questions of the terms that may follow, so that they need no round of their own.
  private mutating func lookAhead(
    _ directives: ArraySlice<SPFRecord.Directive>, _ record: SPFRecord, _ domain: SPFName
  ) {
    var room = limits.lookups - lookups
    let redirect = record.hasAll ? nil : record.redirect?.value
    let ahead =
      directives.filter { $0.mechanism.isCostly }.map { ($0.mechanism, $0.mechanism.domain) }
      + (redirect.map { [(SPFRecord.Mechanism.include($0), $0)] } ?? [])
    for (mechanism, string) in ahead {
      guard room > 0 else { return }
      room -= 1
      if string?.letters.contains(UInt8(ascii: "p")) == true { continue }
      let expansion = SPFExpansion(client: client, domain: domain.bytes, validatedName: nil)
      guard let name = string.map({ SPFName(expansion.name($0)) }) ?? domain else { continue }
      let type: RecordType? =
        switch mechanism {
        case .include: .txt
        case .a: client.address.isV6 ? .aaaa : .a
        case .mx: .mx
        case .exists: .a
        case .ptr, .all, .ip4, .ip6: nil
        }
      guard let type, case let question = Question(name.name, type), replies[question] == nil,
        !missing.contains(question)
      else { continue }
      missing.append(question)
    }
  }
}

extension SPFRecord.Qualifier {
  /// The result for a client that the mechanism matches (section 4.6.2).
  public var result: SPFResult {
    switch self {
    case .pass: .pass
    case .fail: .fail
    case .softfail: .softfail
    case .neutral: .neutral
    }
  }
}
