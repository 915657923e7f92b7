// Where Keys meets Judging: the texts of a look are judged as keys, then the look by what they are worth.

package import Judging
package import Keys
package import Model

extension Look {
  /// The look, sorted and judged against what its watch expects. Each different text is judged once; those of a record set that
  /// is no key by what is expected of it.
  ///
  /// Here looks become what is stored and told: a private key in a text does not come through, its digest takes its place.
  ///
  /// - Parameters:
  ///   - formerCaches: what caches held at the look before.
  ///   - relations: what the key in an answer has in common with others.
  package func judged(
    against expectation: Expectation, formerCaches: [CacheClock] = [],
    relations: (Answer) -> KeyRelations = { _ in KeyRelations() }
  ) -> JudgedLook {
    judged(against: expectation, formerCaches: formerCaches) { answer, bits in
      KeyJudge.judge(answer.records, minimumBits: bits, relations: relations(answer))
    }
  }

  /// The same with another judge of keys: a cache of judgements, or a script.
  package func judged(
    against expectation: Expectation, formerCaches: [CacheClock] = [],
    judge: (Answer, _ minimumBits: Int?) -> KeyJudgement
  ) -> JudgedLook {
    let keys = views.lazy.flatMap(\.servers).map(\.answer).reduce(into: [Digest: KeyJudgement]()) { keys, answer in
      guard answer.outcome == .records, keys[answer.digest] == nil else { return }
      keys[answer.digest] =
        key.isKey
        ? judge(answer, expectation.minimumBits) : RecordSetJudge.judge(answer.records, of: key, against: expectation)
    }
    return Judge.judged(
      SortedLook(look: withoutPrivateKeys(keys), keys: keys, expectation: expectation, formerCaches: formerCaches))
  }

  /// The look with the digest of each private key in the key's place. Digests of answers stay those of what was seen.
  private func withoutPrivateKeys(_ keys: [Digest: KeyJudgement]) -> Look {
    let affected = Set(keys.lazy.filter { PrivateKeyRedaction.isNeeded(for: $0.value) }.map(\.key))
    guard !affected.isEmpty else { return self }
    var look = self
    for view in look.views.indices {
      for server in look.views[view].servers.indices
      where affected.contains(look.views[view].servers[server].answer.digest) {
        let records = look.views[view].servers[server].answer.records
        look.views[view].servers[server].answer.records = PrivateKeyRedaction.redacted(records)
      }
    }
    return look
  }

  /// What broken texts were meant to be.
  var repairs: [[UInt8]: RecordRepair] {
    guard key.isKey else { return [:] }
    return KeyRepair.repairs(for: views.flatMap(\.servers).map(\.answer.records).filter { !$0.isEmpty })
  }

  /// The answers of this look as history keeps them.
  var sightings: [Sighting] {
    views.flatMap { view in
      view.servers.map {
        Sighting(key: key, view: view.view, server: $0.server, endpoint: $0.endpoint, answer: $0.answer, at: at)
      }
    }
  }
}
