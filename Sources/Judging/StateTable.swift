// Which state follows from what was seen: the rows in order, the first that fits decides.

internal import Model

/// What the state table says of one look.
struct Ruling {
  var row: StateTable.Row
  var state: State
  /// The verdict of the row alone; findings may make it worse.
  var verdict: Verdict
  /// What the text is worth that the state rests on.
  var key: KeyJudgement?
  /// The sources that decided: the zone's servers, or the caches that stand in for them.
  var reading: Reading
}

enum StateTable {
  /// The rows, named by what was seen.
  enum Row: String, CaseIterable {
    case absent, disagreeing, unusable, revoked, notPinned, bogus, published, heldByCaches, unreachable, ownLink
  }

  /// The first row that fits.
  static func ruling(for reading: Reading) -> Ruling {
    if reading.answering.isEmpty {
      return heldByCaches(reading) ?? toldByCaches(reading) ?? nobodyAnswers(reading)
    }
    return absent(reading) ?? disagreeing(reading) ?? unusable(reading) ?? revoked(reading) ?? notPinned(reading)
      ?? bogus(reading) ?? published(reading)
  }

  /// All that answer are without the key.
  private static func absent(_ reading: Reading) -> Ruling? {
    guard reading.with.isEmpty else { return nil }
    return Ruling(row: .absent, state: .missing, verdict: .critical, reading: reading)
  }

  /// Some with and some without, or different texts.
  private static func disagreeing(_ reading: Reading) -> Ruling? {
    guard !reading.without.isEmpty || reading.texts.count > 1 else { return nil }
    let allUsable = reading.without.isEmpty && reading.texts.allSatisfy(reading.isUsable)
    return Ruling(
      row: .disagreeing, state: .divergent, verdict: allUsable ? .warning : .critical,
      key: reading.texts.first.map(reading.judgement), reading: reading)
  }

  private static func unusable(_ reading: Reading) -> Ruling? {
    onlyText(reading, .unusable, .invalid) { $0.state == .invalid }
  }

  private static func revoked(_ reading: Reading) -> Ruling? {
    onlyText(reading, .revoked, .revoked) { $0.state == .revoked }
  }

  private static func notPinned(_ reading: Reading) -> Ruling? {
    onlyText(reading, .notPinned, .mismatched) { _ in !reading.texts.allSatisfy(reading.isPinned) }
  }

  /// The key is there, but no validating receiver gets it.
  private static func bogus(_ reading: Reading) -> Ruling? {
    guard reading.isBogusWhereValidated else { return nil }
    return onlyText(reading, .bogus, .unreachable) { _ in true }
  }

  private static func published(_ reading: Reading) -> Ruling {
    let key = reading.texts.first.map(reading.judgement)
    return Ruling(row: .published, state: .published, verdict: key?.verdict ?? .ok, key: key, reading: reading)
  }

  private static func onlyText(
    _ reading: Reading, _ row: Row, _ state: State, where fits: (KeyJudgement) -> Bool
  ) -> Ruling? {
    guard let key = reading.texts.first.map(reading.judgement), fits(key) else { return nil }
    return Ruling(row: row, state: state, verdict: .critical, key: key, reading: reading)
  }

  /// No server of the zone answers, but a cache still gives a usable key.
  private static func heldByCaches(_ reading: Reading) -> Ruling? {
    guard reading.hasAuthoritativeView else { return nil }
    let caches = reading.withCachesAsSources
    guard let usable = caches.texts.first(where: caches.isUsable) else { return nil }
    return Ruling(
      row: .heldByCaches, state: .published, verdict: .warning, key: caches.judgement(of: usable), reading: reading)
  }

  /// No server of the zone answers, and caches tell of no usable key: their word is the best there is.
  private static func toldByCaches(_ reading: Reading) -> Ruling? {
    let caches = reading.withCachesAsSources
    guard reading.hasAuthoritativeView, !caches.answering.isEmpty else { return nil }
    return ruling(for: caches)
  }

  /// Nobody answers. Where not even an RCODE came back from anywhere, our own link is the likely cause.
  private static func nobodyAnswers(_ reading: Reading) -> Ruling {
    reading.reachedAnything
      ? Ruling(row: .unreachable, state: .unreachable, verdict: .critical, reading: reading)
      : Ruling(row: .ownLink, state: .unreachable, verdict: .unknown, reading: reading)
  }
}
