// Causes: a key that is simply not there, and what is left where nothing more particular was found.

internal import Conventions
internal import Model

enum AbsenceCauses {
  static let all: [CauseRule] = [otherType, namesBelow, selectorLost, selectorNeverSeen, keyReplaced, observed]

  /// The id of the row that is told only where no other fits.
  static let lastResort = "as-observed"

  /// What may stand at a name that has no TXT record.
  private static let types: [RecordType] = [.a, .aaaa, .mx, .srv]

  private static let otherType = CauseRule(
    "record-of-other-type", "The record was created with another type than TXT.",
    remedy: "Delete it, and create the key as a TXT record (or as the CNAME that the vendor asks for).",
    asks: { facts in
      guard facts.isNodata else { return [] }
      return ([facts.name] + [facts.anyName?.question.name].compactMap(\.self)).flatMap { name in
        types.map { Inquiry(name, $0, limit: 1) }
      }
    }
  ) { facts in
    guard facts.isNodata else { return nil }
    // What a wildcard gives at any name was not created here.
    let found = types.filter { type in
      !facts.positive(Inquiry(facts.name, type, limit: 1)).isEmpty
        && facts.anyName.map { facts.positive(Inquiry($0.question.name, type, limit: 1)).isEmpty } ?? true
    }
    guard !found.isEmpty else { return nil }
    let what = Wording.list(found.map { "\($0)" })
    return Cause(
      text:
        "At the name of the key stands a record of type \(what), and no TXT record: it was created with the wrong type.",
      certainty: .likely, because: "the name has \(what) and no TXT record",
      evidence: found.flatMap { facts.evidence(Inquiry(facts.name, $0, limit: 1)) },
      repair: facts.restoring(
        else:
          "Delete the \(what) record at \(facts.name), and create the key there as a TXT record, or as the CNAME that "
          + "the vendor asks for."))
  }

  private static let namesBelow = CauseRule(
    "only-names-below", "The name of the key exists only because there are names below it.",
    remedy: "Add the TXT record at the name itself; look at what stands below.",
    asks: { facts in facts.isNodata ? [Inquiry(facts.name, .cname, limit: 1)] : [] }
  ) { facts in
    guard facts.isNodata else { return nil }
    let asked = types.map { Inquiry(facts.name, $0, limit: 1) }
    guard asked.allSatisfy({ facts.answer(to: $0) != nil && facts.positive($0).isEmpty }) else { return nil }
    return Cause(
      text:
        "The name of the key exists, but holds no record of a usual type: there are names below it, or its record was "
        + "emptied.", certainty: .likely, because: "it has neither TXT nor A, AAAA, MX or SRV",
      evidence: asked.flatMap(facts.evidence),
      repair: facts.restoring(
        else: "Add the key as a TXT record at \(facts.name) itself in the zone \(facts.zone). A longer name, such as "
          + "\(facts.key.selector).\(facts.name), does not serve it."))
  }

  private static let selectorLost = CauseRule(
    "selector-lost", "The record was there before, and has been removed from the zone; its name servers are the same.",
    remedy: "Publish the former record again."
  ) { facts in
    guard facts.isAbsent, let good = facts.lastGood else { return nil }
    return Cause(
      text: "The record of selector \(facts.key.selector) was removed from the zone \(facts.zone): it was there at "
        + "\(good.at), and every name server now says that it is not.",
      certainty: facts.delegationChange == nil ? .likely : .possible,
      because: facts.delegationChange == nil
        ? "the key was there before and the name servers are still the same" : "the key was there before",
      repair: facts.restoring(else: "Publish the former record again."))
  }

  private static let selectorNeverSeen = CauseRule(
    "selector-never-seen", "No record was ever seen at this name.",
    remedy: "Check the spelling of selector and domain; get the record from whoever signs, and publish it."
  ) { facts in
    guard facts.isAbsent, facts.lastGood == nil else { return nil }
    let vendor = Vendors.matching(selector: facts.key.selector).first?.vendor.name
    let who = vendor.map { "\($0), whose selector this is" } ?? "whoever signs with it"
    return Cause(
      text: "There is no record for selector \(facts.key.selector) in the zone \(facts.zone)"
        + (facts.circumstances.hasHistory ? ", and none has been seen since it is watched." : "."),
      certainty: .possible, because: "nothing was found at any other name that it could have been put at",
      repair: facts.restoring(
        else: "Check the spelling of selector and domain (s= and d= of the signature). Where it is right, get the "
          + "record from \(who), and add it as TXT or CNAME at \(facts.name) in the zone \(facts.zone)"
          + (facts.servers.isEmpty ? "." : " at \(Wording.names(facts.servers)).")))
  }

  private static let keyReplaced = CauseRule(
    "key-replaced", "Another key was published under the same selector.",
    remedy:
      "Nothing, where the change was meant; else publish the former record again. A new key belongs under a new selector."
  ) { facts in
    guard facts.state == .published, let good = facts.lastGood,
      !facts.reading.texts.contains(where: { Set($0.map(\.text)) == Set(good.records) })
    else { return nil }
    return Cause(
      text:
        "The record of selector \(facts.key.selector) was replaced by another one that receivers can use as well; mail "
        + "that was signed with the former key and is still under way cannot be verified any more.",
      certainty: .certain, because: "the record is another one than at \(good.at), under the same selector",
      repair: .deed(
        "Nothing, where the change was meant and the signer uses the new key; else publish the former record again. Next "
          + "time publish the new key under a selector of its own, and keep the old one until no mail signed with it is "
          + "under way (RFC 6376, section 3.1)."))
  }

  /// The last row: always finds something.
  private static let observed = CauseRule(
    lastResort, "What the servers say is all that is known.", remedy: "As the worst finding says."
  ) { facts in
    let worst =
      facts.judgement.findings.first { $0.severity == .critical }
      ?? facts.judgement.findings.first { $0.severity == .warning }
    return Cause(
      text: worst?.text ?? facts.judgement.summary, certainty: .possible,
      because: "nothing more particular was found",
      repair: facts.replacing(else: worst?.remedy ?? "Look at the evidence, and bring the zone to what is expected."))
  }
}
