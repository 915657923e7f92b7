// Puts a diagnosis into words: the cause that fits best, why not the next one, evidence, remedy, and when it is over.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

struct DiagnosisWriter {
  let facts: DiagnosisFacts

  /// - Parameter ranked: the causes that were found, the best first; the last rows of the table always find one.
  func diagnosis(_ ranked: [(rule: CauseRule, cause: Cause)]) -> Diagnosis {
    guard let best = ranked.first else {
      return Diagnosis(cause: facts.judgement.summary, evidence: evidence, remedy: "Look at the evidence.")
    }
    let others = ranked.dropFirst().filter { $0.rule.id != AbsenceCauses.lastResort }
    var diagnosis = Diagnosis(cause: best.cause.text, evidence: evidence, remedy: "")
    diagnosis.rule = best.rule.id
    diagnosis.certainty = best.cause.certainty
    diagnosis.severity = best.cause.severity ?? best.rule.severity
    diagnosis.reasoning = reasoning(best.cause, next: others.first)
    diagnosis.evidence = (diagnosis.evidence + best.cause.evidence).withoutRepeats
    if let change = facts.delegationChange {
      diagnosis.evidence.append(
        "dig \(change.zone) NS → \(Wording.names(change.after)); before \(Phrase.dateAndTime(change.at)): \(Wording.names(change.before))"
      )
    }
    if best.cause.isHarmless { diagnosis.isHarmless = true }
    write(best.cause.repair, into: &diagnosis)
    diagnosis.alternatives =
      others.isEmpty
      ? nil
      : others.prefix(3).map {
        Diagnosis.Alternative(rule: $0.rule.id, cause: $0.cause.text, certainty: $0.cause.certainty)
      }
    diagnosis.timeline = DiagnosisTimeline(facts: facts).timeline
    return diagnosis
  }

  private func reasoning(_ cause: Cause, next: (rule: CauseRule, cause: Cause)?) -> String {
    let text = "\(cause.certainty.word), because \(cause.because)."
    guard let next else { return text }
    let measure =
      next.cause.certainty == cause.certainty
      ? "as \(next.cause.certainty.rawValue), but more general"
      : "only \(next.cause.certainty.rawValue)"
    return text + " The next best cause, \(next.rule.id), is \(measure): \(next.cause.because)."
  }

  /// What the look itself shows.
  private var evidence: [String] {
    let sorted = facts.sorted
    return (sorted.sources + sorted.caches).prefix(12).map(Wording.dig)
      + facts.judgement.views.compactMap(\.walkFailure).map(\.text)
  }

  // MARK: remedy

  private func write(_ repair: Cause.Repair, into diagnosis: inout Diagnosis) {
    switch repair {
    case .instruction(let text): diagnosis.remedy = text
    case .restore(let lines, let note):
      let place = "the zone \(facts.zone)" + (facts.servers.isEmpty ? "" : " at \(Wording.names(facts.servers))")
      diagnosis.remedy = "Add \(lines.count == 1 ? "the record" : "the records") below to \(place). \(note)."
      diagnosis.record = lines.joined(separator: "\n")
    case .publish(let records, let note, let zone):
      write(records, "Add", note, zone ?? facts.zone, &diagnosis)
    case .replace(let records, let note, let zone):
      write(records, "Replace the record at the name by", note, zone ?? facts.zone, &diagnosis)
    }
  }

  private func write(
    _ records: [ResourceRecord], _ verb: String, _ note: String?, _ zone: DomainName, _ diagnosis: inout Diagnosis
  ) {
    let servers = zone == facts.zone ? facts.servers : []
    let host = DNSHosts.host(servers: servers)
    let instructions = records.map { host.instructions(for: $0, zone: zone) }
    let lines = instructions.map(\.zoneFileLine)
    let kind = records.count == 1 ? "the record below" : "the records below"
    let place = "the zone \(zone)" + (servers.isEmpty ? "" : " at \(Wording.names(servers))")
    var text = "\(verb) \(kind)\(verb == "Add" ? " to" : ", in") \(place)"
    if let note { text += ". \(note)" }
    diagnosis.remedy = text.hasSuffix(".") ? text : text + "."
    diagnosis.record = lines.joined(separator: "\n")
    if !host.isZoneFile { diagnosis.instructions = instructions.flatMap(\.lines).joined(separator: "\n") }
  }
}

extension Diagnosis.Certainty {
  /// At the head of a sentence.
  fileprivate var word: String {
    switch self {
    case .certain: "Certain"
    case .likely: "Likely"
    case .possible: "Possible"
    }
  }
}

/// From when to when receivers notice.
struct DiagnosisTimeline {
  let facts: DiagnosisFacts

  /// Nil where nothing is wrong that caches could hide or keep.
  var timeline: Diagnosis.Timeline? {
    guard facts.judgement.verdict != .ok else { return nil }
    var timeline = Diagnosis.Timeline()
    let isBad = facts.state != .published && facts.state != .pending
    if isBad {
      timeline.failingFrom = facts.input.since
      timeline.failingFromEarliest = facts.lastGood.flatMap { good in
        facts.input.since.flatMap { good.at < $0 ? good.at : nil }
      }
      timeline.failingEverywhereFrom = failsEverywhere ? lastCacheOfTheKey : nil
    }
    if let seconds = keptAfterRepair {
      timeline.seconds = seconds
      timeline.repairedEverywhereBy = facts.now + .seconds(Int64(seconds))
    }
    return timeline == Diagnosis.Timeline() ? nil : timeline
  }

  /// Whether all receivers will fail: not while some servers are right, some receivers do not validate, or a cache goes on
  /// past the end of its entry.
  private var failsEverywhere: Bool {
    facts.state != .divergent && facts.finding(RuleID.dnssecBogus) == nil
      && !facts.dissents.contains(where: \.isExpired)
  }

  /// A cache may have been filled until the first look that missed the key, and keeps it for its TTL; those that were asked
  /// tell their own ends.
  private var lastCacheOfTheKey: Timestamp? {
    let seen = facts.dissents.filter { $0.holding == .key }.compactMap(\.until)
    let unseen = facts.lastGood.flatMap { good in
      good.ttl.map { max(good.at, facts.input.since ?? facts.now) + .seconds(Int64($0)) }
    }
    return (seen + [unseen].compactMap(\.self)).max()
  }

  /// What a receiver that has just asked keeps of the wrong answer.
  private var keptAfterRepair: UInt32? {
    let sources = facts.sorted.sources.filter(\.isAuthoritative).filter(\.answers)
    let absence = sources.compactMap(\.answer.negativeTTL)
    // A CNAME is kept as long as it may be, whatever comes of its target.
    let links = facts.sorted.sources.filter { $0.isAuthoritative && $0.role == .leadsOn }
    let wrong =
      facts.state == .published
      ? [] : (sources.filter { $0.role == .with } + links).compactMap(\.answer.ttl)
    // A clock that moves on at each look is none of a cache.
    let entries = facts.judgement.caches.filter { $0.firstUntil == nil && $0.holding != .key && $0.until > facts.now }
    let clocks = entries.map {
      UInt32(clamping: ($0.until - facts.now).components.seconds)
    }
    return (absence + wrong + clocks).max()
  }
}
