// Which state follows from what was seen: the rows in order, the first that fits decides.

package import Model

/// What the state table says of one look.
package struct Ruling {
  package var row: StateTable.Row
  package var state: State
  /// The verdict of the row alone; findings may make it worse.
  package var verdict: Verdict
  /// What the text is worth that the state rests on.
  package var key: KeyJudgement?
  /// The sources that decided: the zone's servers, or the caches that stand in for them.
  package var sorted: SortedLook
}

package enum StateTable {
  /// The rows, named by what was seen.
  package enum Row: String, CaseIterable {
    case absent, disagreeing, unusable, revoked, notPinned, bogus, published, heldByCaches, unreachable, ownLink
  }

  /// The first row that fits.
  package static func ruling(for sorted: SortedLook) -> Ruling {
    if sorted.answering.isEmpty {
      return heldByCaches(sorted) ?? toldByCaches(sorted) ?? nobodyAnswers(sorted)
    }
    return absent(sorted) ?? disagreeing(sorted) ?? unusable(sorted) ?? revoked(sorted) ?? notPinned(sorted)
      ?? bogus(sorted) ?? published(sorted)
  }

  /// All that answer are without the key.
  private static func absent(_ sorted: SortedLook) -> Ruling? {
    guard sorted.with.isEmpty else { return nil }
    return Ruling(row: .absent, state: .missing, verdict: .critical, sorted: sorted)
  }

  /// Some with and some without, or different texts.
  private static func disagreeing(_ sorted: SortedLook) -> Ruling? {
    guard !sorted.without.isEmpty || sorted.texts.count > 1 else { return nil }
    let allUsable = sorted.without.isEmpty && sorted.texts.allSatisfy(sorted.isUsable)
    return Ruling(
      row: .disagreeing, state: .divergent, verdict: allUsable ? .warning : .critical,
      key: sorted.texts.first.map(sorted.judgement), sorted: sorted)
  }

  private static func unusable(_ sorted: SortedLook) -> Ruling? {
    onlyText(sorted, .unusable, .invalid) { $0.state == .invalid }
  }

  private static func revoked(_ sorted: SortedLook) -> Ruling? {
    onlyText(sorted, .revoked, .revoked) { $0.state == .revoked }
  }

  private static func notPinned(_ sorted: SortedLook) -> Ruling? {
    onlyText(sorted, .notPinned, .mismatched) { _ in !sorted.texts.allSatisfy(sorted.isPinned) }
  }

  /// The key is there, but no validating receiver gets it.
  private static func bogus(_ sorted: SortedLook) -> Ruling? {
    guard sorted.isBogusWhereValidated else { return nil }
    return onlyText(sorted, .bogus, .unreachable) { _ in true }
  }

  private static func published(_ sorted: SortedLook) -> Ruling {
    let key = sorted.texts.first.map(sorted.judgement)
    return Ruling(row: .published, state: .published, verdict: key?.verdict ?? .ok, key: key, sorted: sorted)
  }

  private static func onlyText(
    _ sorted: SortedLook, _ row: Row, _ state: State, where fits: (KeyJudgement) -> Bool
  ) -> Ruling? {
    guard let key = sorted.texts.first.map(sorted.judgement), fits(key) else { return nil }
    return Ruling(row: row, state: state, verdict: .critical, key: key, sorted: sorted)
  }

  /// No server of the zone answers, but a cache still gives a usable key.
  private static func heldByCaches(_ sorted: SortedLook) -> Ruling? {
    guard sorted.hasAuthoritativeView else { return nil }
    let caches = sorted.withCachesAsSources
    guard let usable = caches.texts.first(where: caches.isUsable) else { return nil }
    return Ruling(
      row: .heldByCaches, state: .published, verdict: .warning, key: caches.judgement(of: usable), sorted: sorted)
  }

  /// No server of the zone answers, and caches tell of no usable key: their word is the best there is.
  private static func toldByCaches(_ sorted: SortedLook) -> Ruling? {
    let caches = sorted.withCachesAsSources
    guard sorted.hasAuthoritativeView, !caches.answering.isEmpty else { return nil }
    return ruling(for: caches)
  }

  /// Nobody answers. Where not even an RCODE came back from anywhere, our own link is the likely cause.
  private static func nobodyAnswers(_ sorted: SortedLook) -> Ruling {
    sorted.reachedAnything
      ? Ruling(row: .unreachable, state: .unreachable, verdict: .critical, sorted: sorted)
      : Ruling(row: .ownLink, state: .unreachable, verdict: .unknown, sorted: sorted)
  }
}
