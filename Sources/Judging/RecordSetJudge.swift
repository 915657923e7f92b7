// What the records of a set that is no key are worth: they are there, and they are what the watch expects, or not.

package import Model
internal import Phrasing

/// Takes the place of the judge of keys.
package enum RecordSetJudge {
  package static func judge(
    _ records: [TextRecord], of key: KeyName, against expectation: Expectation
  ) -> KeyJudgement {
    let noun = "The \(key.type) record set of \(key.name)"
    if let complaint = ExpectedRecords(expectation, type: key.type).complaint(about: records) {
      return KeyJudgement(
        state: .mismatched, verdict: .critical, summary: "\(noun) is not as expected: \(complaint).", key: nil,
        findings: [])
    }
    let shown = Phrase.list(records.map { $0.excerpt(of: key.type) }, limit: 4).asClause
    return KeyJudgement(
      state: .published, verdict: .ok, summary: "\(noun) is published: \(shown).", key: nil, findings: [])
  }

  /// What to do, where the row of the table speaks of mail and keys.
  static let remedies: [String: String] = [
    "cached-key-outlives-source":
      "Restore the records soon: who asks behind these caches gets them until the entries expire, all others do not.",
    "cached-text-differs": "Wait until the entry has expired.",
    "negative-answer-cached": "The zone is right: wait until the negative entry has expired.",
    "resolver-answer-differs":
      "Check whether the resolver filters this domain: exempt it, or use another resolver.",
    "resolver-failed": "Check the resolver, and the servers of the zone as it sees them.",
    "tcp-unreachable": "Open TCP port 53 at the server and on the way to it.",
    "ttl-long": "Lower the TTL well before the records are changed.",
    "ttl-zero": "Raise the TTL to at least a few minutes.",
    "views-disagree":
      "Ask the zone's own servers (an authoritative view): either a cache is old, or the name is served differently inside and outside (split horizon).",
    "cname-without-txt": "Correct the target of the CNAME, or ask its operator to publish the records there.",
    "cname-loop": "Break the loop: point the CNAME to the name that holds the records.",
    "cname-chain-long": "Point the CNAME straight to the name that holds the records.",
    "cname-differs": "Have all servers of the zone serve the same CNAME.",
  ]
}
