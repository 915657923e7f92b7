// From what both sides hold to what would become of each record set.

internal import Model

extension Rehearsal {
  /// The report on everything that was taken so far.
  func report(_ notices: [Notice]) -> RehearsalReport {
    var items: [RehearsalReport.Item] = []
    var places: [Question: Int] = [:]
    var uncertain = 0
    for need in needs {
      let present = present(need.question)
      if !present.isKnown, need.isGuess {
        uncertain += 1
        continue
      }
      guard let item = item(need, present) else { continue }
      if let place = places[item.question] {
        // Several names below one delegation: the worst tells.
        if items[place].difference.worse(item.difference) != items[place].difference { items[place] = item }
      } else {
        places[item.question] = items.count
        items.append(item)
      }
    }
    items.sort { ($0.question.name, $0.question.type.rawValue) < ($1.question.name, $1.question.type.rawValue) }
    var all = notices + serverNotices
    if notices.isEmpty { all += zoneNotices(uncertain) }
    return RehearsalReport(
      domain: domain, zone: zone, current: current.servers, future: future.servers, items: items, notices: all)
  }

  /// One record set; nil where nothing is served now and nothing would be.
  private func item(_ need: RequiredRecord, _ present: Content) -> RehearsalReport.Item? {
    let question = need.question
    if need.isGuess, need.purpose != .wildcard, isSynthesized(present, question, by: { self.present($0) }) {
      return nil
    }
    let contents = future.contents[question] ?? future.failures.map { $0 ?? .silent(.unreachable) }
    var results: [RehearsalReport.ServerResult] = []
    for (index, (server, content)) in zip(future.servers, contents).enumerated() {
      var difference = Difference(current: present, future: content, purpose: need.purpose, texts: texts)
      // What a wildcard there gives is told once, at the wildcard.
      if difference == .additional, need.isGuess, need.purpose != .wildcard,
        isSynthesized(content, question, by: { future.contents[$0].map { $0[index] } ?? .absent })
      {
        difference = .equal
      }
      if case .absent = present, !content.isKnown { difference = .equal }
      results.append(
        RehearsalReport.ServerResult(
          server: server, difference: difference, records: content.records.map(shown), failure: content.failure))
    }
    if case .absent = present, results.allSatisfy({ $0.difference == .equal }) { return nil }
    if results.isEmpty { return nil }
    var (shownQuestion, purpose) = (shown(question), need.purpose)
    // Keys that are served now stand by themselves, also where the future servers delegate them.
    if let child = (present.records.isEmpty ? [present] + contents : [present]).lazy.compactMap(\.delegated).first {
      (shownQuestion, purpose) = (Question(child, .ns), .delegation)
    }
    return RehearsalReport.Item(
      question: shownQuestion, purpose: purpose, current: present.records.map(shown), servers: results)
  }

  /// Whether a content is what the label that nobody uses gives too.
  private func isSynthesized(_ content: Content, _ question: Question, by hold: (Question) -> Content) -> Bool {
    guard case .records = content else { return false }
    return needs.contains { need in
      guard need.purpose == .wildcard, need.question.type == question.type || content.alias != nil else { return false }
      let wildcard = hold(need.question)
      return !wildcard.records.isEmpty && wildcard.meaning == content.meaning
    }
  }

  // MARK: Names as people know them

  private func shown(_ question: Question) -> Question { Question(shown(question.name), question.type) }

  private func shown(_ record: ResourceRecord) -> ResourceRecord {
    var record = record
    record.owner = shown(record.owner)
    return record
  }

  private func shown(_ name: DomainName) -> DomainName {
    guard let first = name.labels.first, first == probe.labels.first, let parent = name.parent,
      let star = try? DomainName("*"), let shown = try? parent.prepending(star)
    else { return name }
    return shown
  }

  // MARK: What is not about one record set

  /// Future servers that take no part.
  private var serverNotices: [Notice] {
    zip(future.servers, future.failures).compactMap { server, failure in
      guard let failure else { return nil }
      let place = server.endpoint.map { "\(server.name) (\($0))" } ?? server.name
      switch failure {
      case .unserved(let reason):
        return Notice(
          severity: .critical, text: "\(place) does not serve \(zone): it answers with \(reason.words).",
          remedy: "Create the zone at the future host, and wait until all its servers have it.",
          short: "\(server.name) does not serve the zone")
      default:
        let text = server.endpoint == nil ? "\(server.name) has no address" : "\(place) does not answer"
        return Notice(
          severity: .warning, text: text + ".",
          remedy: "Look at the name or address after --to, and whether it can be reached from here.", short: text,
          isUnanswered: true)
      }
    }
  }

  private func zoneNotices(_ uncertain: Int) -> [Notice] {
    var notices: [Notice] = []
    if uncertain > 0 {
      let text = "\(uncertain) names that were tried got no answer from the present servers"
      notices.append(
        Notice(severity: .warning, text: text + ".", remedy: "Run again.", short: text, isUnanswered: true))
    }
    notices += [signing.notice, remainingServers, disagreement].compactMap(\.self)
    return notices
  }

  private var signing: Signing {
    let contents = future.contents[Question(zone, .dnskey)] ?? []
    // Where no future server tells, nothing is said of their keys.
    let answered = contents.filter(\.isKnown)
    return Signing(
      delegationSigners: answered.isEmpty ? nil : delegationSigners, futureKeys: answered.flatMap(\.records), zone: zone
    )
  }

  /// Present servers that the future zone still names as its own: resolvers would go on asking them.
  private var remainingServers: Notice? {
    let future = Set(futureServers.compactMap { try? DomainName($0.name) })
    let present = Set(current.servers.compactMap { try? DomainName($0.name) })
    // Present servers that are given by address: nothing is known of the names that are meant to stay.
    let places = Set(self.future.servers.compactMap(\.endpoint))
    let same = current.servers.filter { $0.endpoint.map(places.contains) ?? false }
    guard same.allSatisfy({ server in futureServers.contains { $0.name == server.name } }) else { return nil }
    let named = (self.future.contents[Question(zone, .ns)] ?? []).flatMap(\.records).compactMap { record in
      if case .ns(let name) = record.data { name } else { nil }
    }
    let left = Set(named).intersection(present).subtracting(future).sorted()
    guard !left.isEmpty else { return nil }
    let names = left.map(\.description).joined(separator: ", ")
    return Notice(
      severity: .warning,
      text: "The future zone names \(names) among its own servers: resolvers would go on asking there after the move.",
      remedy: "Let the NS records of the zone at the future host name its own servers only.",
      short: "the future zone still names \(names)")
  }

  /// Record sets about which the present servers are not of one mind.
  private var disagreement: Notice? {
    let split = needs.filter { need in
      let known = (current.contents[need.question] ?? []).filter(\.isKnown)
      return known.dropFirst().contains { !$0.means(known[0]) }
    }
    guard !split.isEmpty else { return nil }
    let names = split.prefix(3).map { "\(shown($0.question.name)) \($0.question.type)" }.joined(separator: ", ")
    return Notice(
      severity: .info,
      text: "The present servers disagree about \(names)\(split.count > 3 ? " and \(split.count - 3) more" : "").",
      remedy: "What most of them say was compared; 'selectord check' tells which server says what.")
  }
}

extension Content {
  /// The zone below that is delegated.
  fileprivate var delegated: DomainName? {
    if case .delegated(let child, _) = self { child } else { nil }
  }

  fileprivate var failure: Outcome.Failure? {
    switch self {
    case .unserved(let failure), .silent(let failure): failure
    default: nil
    }
  }
}

extension Outcome.Failure {
  fileprivate var words: String {
    switch self {
    case .refused: "REFUSED"
    case .servfail: "SERVFAIL"
    case .lame: "no authority for the zone"
    default: rawValue
    }
  }
}
