// Causes of what is wrong with a record set that is no key: it was removed, or stayed behind when the zone moved.

internal import Judging
internal import Model
internal import Phrasing

enum RecordSetCauses {
  static let all: [CauseRule] = [notCarriedOver, removed]

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

  /// The lines that bring the former records back. Of a SOA not all of them is known.
  private static func restoring(
    _ good: Event.LastGood, _ facts: DiagnosisFacts, besides deed: String
  ) -> Cause.Repair {
    let type = facts.judgement.key.type
    guard type != .soa else { return .instruction("Add the records again. \(deed).") }
    let lines =
      good.cname?.first.map { [facts.alias(to: $0, ttl: good.repairTTL).zoneFileLine] }
      ?? good.records.map { text in
        let data = type == .txt ? TextRecord(text).zoneFileText : text
        return "\(facts.name.absoluteText) \(good.repairTTL) IN \(type) \(data)"
      }
    return .restore(lines, note: "This is what was last good at \(Phrase.dateAndTime(good.at)). \(deed)")
  }
}
