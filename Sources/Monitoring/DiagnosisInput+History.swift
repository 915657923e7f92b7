// What the database knows of a key, as a diagnosis begins with it.

public import Diagnosing
package import Judging
internal import Keys
package import Model

extension DiagnosisInput {
  /// A label that no zone has: 16 letters.
  public static func randomLabel() -> String {
    String((0..<16).map { _ in Character(UnicodeScalar(UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z")))) })
  }

  /// What the database knows of a key that was just looked at.
  ///
  /// - Parameters:
  ///   - memory: what the monitor knows of it, where it is watched.
  ///   - zone: what the monitor knows of the zone that holds it.
  ///   - spans: its history; tells the last good answer where the monitor does not.
  package init(look: JudgedLook, memory: WatchMemory?, zone: ZoneMemory?, spans: [AnswerSpan]?) {
    let judgement = look.judgement
    var zone = zone
    // The look may be the first to see other name servers.
    if let delegation = judgement.views.lazy.compactMap(\.delegation).first {
      zone = ZoneMachine(policy: MonitoringPolicy()).step(zone, delegation: delegation, at: judgement.checkedAt).0
    }
    self.init(
      look: look,
      lastGood: spans.flatMap { Self.replaced(by: judgement, in: $0) } ?? memory?.lastGood
        ?? spans.flatMap { Self.lastGood(in: $0) },
      since: memory.flatMap { $0.state == judgement.state ? $0.since : $0.suspicion?.firstSeen }, zone: zone,
      repairs: look.sorted.look.repairs,
      randomLabel: DiagnosisInput.randomLabel(), hasHistory: spans != nil)
  }

  /// The good answer before the one of now, where the zone's servers have given another good one within a week: mail that
  /// was signed before is still under way.
  private static func replaced(by judgement: Judgement, in spans: [AnswerSpan]) -> Event.LastGood? {
    guard judgement.state == .published else { return nil }
    let sources = judgement.views.filter(\.isAuthoritative)
    let now = Set((sources.isEmpty ? judgement.views : sources).flatMap(\.servers).map(\.answer.digest))
    let former = spans.filter {
      $0.answer.authoritative && !now.contains($0.answer.digest)
        && $0.lastSeen >= judgement.checkedAt - .seconds(7 * 86_400)
    }
    return lastGood(in: former)
  }

  /// The last answer with records that receivers could use, a server of the zone before a resolver.
  private static func lastGood(in spans: [AnswerSpan]) -> Event.LastGood? {
    let good = spans.filter {
      $0.answer.outcome == .records && KeyJudge.judge($0.answer.records).state == .published
    }
    let best =
      good.filter(\.answer.authoritative).max { $0.lastSeen < $1.lastSeen } ?? good.max { $0.lastSeen < $1.lastSeen }
    return best.map { span in
      Event.LastGood(
        at: span.lastSeen, records: span.answer.records.map(\.text),
        cname: span.answer.cname.isEmpty ? nil : span.answer.cname,
        ttl: span.answer.authoritative ? span.answer.ttl : nil)
    }
  }
}
