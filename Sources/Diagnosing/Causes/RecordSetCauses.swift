// Causes of what is wrong with a record set that is no key: removed, replaced, or left behind when the zone moved.

internal import Judging
internal import Model
internal import Phrasing

enum RecordSetCauses {
  static let all: [CauseRule] = [notCarriedOver, removed, replaced]

  private static let notCarriedOver = CauseRule(
    "record-set-not-carried-over", "The name servers of the zone changed, and the record set was not carried over.",
    remedy: "Add the records to the zone at the new name servers, and whatever else the old ones had."
  ) { facts in
    guard facts.isAbsent, let good = facts.lastGood, let change = facts.delegationChange else { return nil }
    return Cause(
      text: "The zone \(change.zone) moved from \(Wording.names(change.before)) to \(Wording.names(change.after)) at "
        + "\(Phrase.dateAndTime(change.at)), and the \(facts.sorted.noun) of \(facts.name) was not carried over.",
      certainty: .certain, because: "it was there until the name servers changed",
      repair: restoring(
        good, facts,
        besides: "Compare the two zones name by name: whatever else the old name servers had may be missing too"))
  }

  private static let removed = CauseRule(
    "record-set-removed", "The record set was there before, and has been removed from the zone.",
    remedy: "Publish the former records again, or no longer watch them if they were removed on purpose."
  ) { facts in
    guard facts.isAbsent, let good = facts.lastGood else { return nil }
    return Cause(
      text: "The \(facts.sorted.noun) of \(facts.name) was removed from the zone \(facts.zone): it was there at "
        + "\(Phrase.dateAndTime(good.at)).",
      certainty: .likely, because: "the name servers are the same, and they had it before",
      repair: restoring(
        good, facts, besides: "If they were removed on purpose, remove the record set from the configuration"))
  }

  private static let replaced = CauseRule(
    "record-set-replaced", "Other records were published in the place of the former ones.",
    remedy: "If the change was intended, acknowledge the incident; otherwise publish the former records again."
  ) { facts in
    guard facts.state == .published, let good = facts.lastGood, !facts.sorted.with.isEmpty,
      !facts.sorted.texts.contains(where: { Set($0.map(\.text)) == Set(good.records) })
    else { return nil }
    let former = lines(of: good, facts).map { "publish the former ones again: \($0.joined(separator: " and "))" }
    return Cause(
      text: "The \(facts.sorted.noun) of \(facts.name) was replaced by another one.",
      certainty: .certain, because: "the records are others than at \(Phrase.dateAndTime(good.at))",
      repair: .instruction(
        "If the change was intended, acknowledge the incident; otherwise \(former ?? "publish the former ones again")"))
  }

  /// Brings the former records back.
  private static func restoring(
    _ good: Event.LastGood, _ facts: DiagnosisFacts, besides deed: String
  ) -> Cause.Repair {
    guard let lines = lines(of: good, facts) else { return .instruction("Add the records again. \(deed).") }
    return .restore(lines, note: "This is what was last good at \(Phrase.dateAndTime(good.at)). \(deed)")
  }

  /// The former records as lines of a zone file; nil for a SOA, of which not all is known.
  private static func lines(of good: Event.LastGood, _ facts: DiagnosisFacts) -> [String]? {
    let type = facts.judgement.key.type
    guard type != .soa else { return nil }
    return good.cname?.first.map { [facts.alias(to: $0, ttl: good.repairTTL).zoneFileLine] }
      ?? good.records.map { text in
        let data = type == .txt ? TextRecord(text).zoneFileText : text
        return "\(facts.name.absoluteText) \(good.repairTTL) IN \(type) \(data)"
      }
  }
}
