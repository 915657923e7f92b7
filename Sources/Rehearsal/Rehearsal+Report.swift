// From what both sides hold to what would become of each record set.

internal import Model
internal import Phrasing

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
      let address = server.endpoint.map(\.description) ?? server.name
      let place = address == server.name ? server.name : "\(server.name) (\(address))"
      switch failure {
      case .unserved(let reason):
        return Notice(
          severity: .critical, text: "\(place) does not serve \(zone): it answers \(reason.words).",
          remedy: "Create the zone at the new host, and wait until all its servers have it.",
          short: "\(server.name) does not serve the zone")
      default:
        let text = server.endpoint == nil ? "\(server.name) has no address" : "\(place) does not answer"
        return Notice(
          severity: .warning, text: text + ".",
          remedy: "Check the name or address after --to, and that this machine can reach it.", short: text,
          isUnanswered: true)
      }
    }
  }

  private func zoneNotices(_ uncertain: Int) -> [Notice] {
    var notices: [Notice] = []
    if uncertain > 0 {
      let text =
        "the present servers gave no answer for \(Phrase.count(uncertain, "name")) that \(Phrase.agreeing(uncertain, "was", "were")) tried"
      notices.append(
        Notice(
          severity: .warning, text: text.capitalizedFirst + ".", remedy: "Run it again.", short: text,
          isUnanswered: true))
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
    let names = Phrase.names(left)
    return Notice(
      severity: .warning,
      text:
        "The NS records of the new zone still include \(names): resolvers would continue to ask there after the move.",
      remedy: "At the new host, keep only the names of its own servers in the NS records of the zone.",
      short: "the NS records of the new zone still include \(names)")
  }

  /// Record sets about which the present servers are not of one opinion.
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
      remedy:
        "The answer that most of them give was compared; 'selectord check --verbose' shows what each server answers.")
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
    case .lame: "without authority for the zone"
    default: rawValue
    }
  }
}
