// What one more look adds to what is known of a key: who says what since when, and what they said before.

public import Model

extension KeyMemory {
  /// Takes in a look.
  ///
  /// - Parameter keys: what the TXT records of each answer are worth, by `Answer.digest`.
  public mutating func take(_ look: Look, keys: [Digest: KeyJudgement]) {
    let known = places
    places = []
    at = look.at
    walkFailure = look.views.lazy.compactMap(\.walkFailure).first
    for view in look.views {
      learn(negativeTTL: view.negativeTTL)
      if let delegation = view.delegation {
        zone = delegation.zone
        learn(negativeTTL: delegation.negativeTTL)
      }
      for (place, answers) in Self.grouped(view) {
        let earlier = known.first { $0.isSame(as: place) }
        add(answers, to: earlier ?? place, isNew: earlier == nil, keys: keys, at: look.at)
        places[places.count - 1].serial = view.delegation.flatMap { delegation in
          place.endpoint.flatMap { delegation.serials[$0.description] } ?? delegation.serials[place.server]
        }
      }
    }
  }

  /// Takes in what the history has of the servers of the source. Nobody else's past says anything: what a resolver
  /// held is told by its answer now.
  ///
  /// - Parameters:
  ///   - spans: in the order of their first sight.
  ///   - views: the names of the views that ask the source.
  public mutating func take(_ spans: [AnswerSpan], authoritativeViews views: Set<String>, keys: [Digest: KeyJudgement])
  {
    for span in spans where views.contains(span.view) {
      let place = Place(
        view: span.view, isAuthoritative: true, server: span.server, endpoint: span.endpoint, at: span.firstSeen,
        evidence: "")
      let index = places.firstIndex { $0.isSame(as: place) }
      let earlier = index.map { places.remove(at: $0) }
      add([(span.answer, "")], to: earlier ?? place, isNew: earlier == nil, keys: keys, at: span.firstSeen)
    }
  }

  /// The answers of a view by the address that gave them: a server may hold both ends of a chain.
  private static func grouped(_ view: ViewAnswer) -> [(Place, [(Answer, String)])] {
    var groups: [(Place, [(Answer, String)])] = []
    let servers = view.isAuthoritative ? view.servers : view.chosen.map { [$0] } ?? []
    for server in servers {
      let evidence = server.repeatable(isAuthoritative: view.isAuthoritative)
      let place = Place(
        view: view.view, isAuthoritative: view.isAuthoritative, server: server.server, endpoint: server.endpoint,
        at: Timestamp(microseconds: 0), evidence: evidence)
      if let index = groups.firstIndex(where: { $0.0.isSame(as: place) }) {
        groups[index].1.append((server.answer, evidence))
      } else {
        groups.append((place, [(server.answer, evidence)]))
      }
    }
    return groups
  }

  private mutating func learn(negativeTTL seconds: UInt32?) {
    guard let seconds else { return }
    negativeTTL = max(negativeTTL ?? 0, seconds)
  }

  /// Of several answers of one address the worst counts: a failure, then absence, then the last record.
  private mutating func add(
    _ answers: [(Answer, String)], to place: Place, isNew: Bool, keys: [Digest: KeyJudgement], at time: Timestamp
  ) {
    var place = place
    let worst = answers.max { $0.0.badness < $1.0.badness }
    defer { places.append(place) }
    guard let (answer, evidence) = worst else { return }
    place.evidence = evidence
    place.isAuthority = answer.authoritative
    if place.isAuthoritative { learn(negativeTTL: answer.negativeTTL) }
    place.failure = answer.outcome.failure
    guard place.failure == nil else {
      if isNew { place.since = time }
      return
    }
    let holding = Holding(answer, keys[answer.digest])
    let ttl = answer.outcome == .records ? answer.ttl : answer.negativeTTL
    if let known = place.holding, known.isSameAnswer(as: holding) {
      // Caches of the earliest of these answers count from the last one.
      place.ttl = ttl
    } else {
      if let known = place.holding {
        place.residue = place.clearing(negativeTTL)
        place.before = known.state == .missing ? .absence : .other
        place.beforeTTL = place.ttl
      }
      place.since = time
      place.ttl = ttl
    }
    place.holding = holding
    place.answeredAt = time
  }
}

extension KeyMemory.Place {
  func isSame(as other: KeyMemory.Place) -> Bool {
    guard view == other.view, isAuthoritative == other.isAuthoritative else { return false }
    // A view is one place, whichever of its resolvers answered.
    guard isAuthoritative else { return true }
    return endpoint == nil && other.endpoint == nil ? server == other.server : endpoint == other.endpoint
  }

  /// When nothing that this server said before its present answer can be in a cache any more.
  ///
  /// What stood there before may have been given out until `since`. Where nobody looked before, there may have been
  /// nothing, or another record with the TTL of this one.
  func clearing(_ negativeTTL: UInt32?) -> Timestamp {
    let absence = negativeTTL ?? Gate.assumedNegativeTTL
    let seconds =
      switch before {
      case .absence: max(beforeTTL ?? 0, absence)
      case .other: beforeTTL ?? ttl ?? absence
      case .unknown: max(absence, ttl ?? 0)
      }
    // Whole seconds, rounded up: what is told as a time must not be too early.
    let own = Timestamp(seconds: (since + .microseconds(999_999)).seconds + Int64(seconds))
    return residue.map { max($0, own) } ?? own
  }

  /// Server and address for the source, view and address for a cache.
  var name: String {
    let place = isAuthoritative ? server : view
    let address = endpoint?.description ?? (isAuthoritative ? nil : server)
    guard let address, address != place else { return place }
    return "\(place) (\(address))"
  }
}

extension KeyMemory.Holding {
  init(_ answer: Answer, _ judgement: KeyJudgement?) {
    guard answer.outcome == .records else {
      self.init(state: .missing)
      return
    }
    let state = judgement?.state ?? .invalid
    let worst = judgement?.findings.first { $0.severity == .critical }
    let fault =
      state == .published ? worst?.text : worst?.text ?? judgement?.summary ?? "The record was not judged."
    self.init(
      state: state, records: Array(Set(answer.records.map(\.text))).sorted(), key: judgement?.key, fault: fault)
  }

  /// Whether receivers can use the key.
  var isUsable: Bool { state == .published && fault == nil }

  /// Whether a receiver that has the one verifies what the other lets it verify.
  func isSameAnswer(as other: KeyMemory.Holding) -> Bool {
    if isUsable, other.isUsable { return key?.fingerprint == other.key?.fingerprint }
    return state == other.state && records == other.records
  }
}

extension Answer {
  fileprivate var badness: Int {
    switch outcome {
    case .failed: 2
    case .nodata, .nxdomain: 1
    case .records: 0
    }
  }
}
