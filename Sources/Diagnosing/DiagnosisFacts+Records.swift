// Which record belongs at the key name, as far as anybody still knows it.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

/// Records that would mend it, and how they are known.
struct KnownRecords {
  var records: [ResourceRecord]
  /// `was last seen at 2026-11-23T14:05:00Z`: goes on from "the record that".
  var origin: String
}

extension DiagnosisFacts {
  /// The records that belong at the key name: from the history, else from another copy of the zone, else from a cache that
  /// still has them, else from the convention of the vendor whose selector this is.
  var knownRecords: KnownRecords? {
    let isWanted =
      input.expectation.state.map { $0 == .published } ?? true && state != .unreachable && state != .published
    guard isWanted, key.isKey else { return nil }
    return formerRecords ?? copiedRecords ?? cachedRecords ?? vendorRecords
  }

  /// From the history.
  private var formerRecords: KnownRecords? {
    guard let good = lastGood else { return nil }
    let ttl = good.repairTTL
    let origin = "was last good at \(Phrase.dateAndTime(good.at))"
    if let link = good.cname?.first, !chainStands {
      return KnownRecords(records: [alias(to: link, ttl: ttl)], origin: origin)
    }
    let owner = chainStands ? good.cname?.last ?? name : name
    return KnownRecords(records: good.records.map { text(TextRecord($0), at: owner, ttl: ttl) }, origin: origin)
  }

  /// Whether the CNAME by which the good record came is still there, so that only its target has to be mended.
  var chainStands: Bool {
    guard let link = lastGood?.cname?.first else { return false }
    return chain.first == link
  }

  /// From servers that have another copy of the zone, as far as they were asked.
  private var copiedRecords: KnownRecords? {
    guard chain.isEmpty, let copy = ZoneCopies(self).holding.first else { return nil }
    return KnownRecords(records: copy.found.records, origin: "\(copy.found.reply.server) serves")
  }

  /// From a resolver that has not noticed yet.
  private var cachedRecords: KnownRecords? {
    guard state == .missing || sorted.answering.isEmpty, chain.isEmpty,
      let cache = (sorted.caches + sorted.passedOver).first(where: {
        $0.role == .with && !isInventing($0)
      })
    else { return nil }
    let origin = "\(cache.name) still has in its cache"
    if let link = cache.answer.cname.first {
      return KnownRecords(records: [alias(to: link, ttl: 3600)], origin: origin)
    }
    return KnownRecords(records: cache.answer.records.map { text($0, at: name, ttl: 3600) }, origin: origin)
  }

  /// From the convention of a vendor, where it says all.
  private var vendorRecords: KnownRecords? {
    guard chain.isEmpty, let match = Vendors.matching(selector: key.selector).first, let target = match.record.target
    else { return nil }
    return KnownRecords(
      records: [alias(to: target, ttl: 3600)], origin: "\(match.vendor.name) asks for, whose selector this is")
  }

  func alias(to target: DomainName, ttl: UInt32 = 3600) -> ResourceRecord {
    ResourceRecord(owner: name, type: .cname, ttl: ttl, data: .cname(target))
  }

  func text(_ record: TextRecord, at owner: DomainName? = nil, ttl: UInt32 = 3600) -> ResourceRecord {
    ResourceRecord(owner: owner ?? name, type: .txt, ttl: ttl, data: .txt(record))
  }

  /// The zone that holds a name of the chain, as far as it was seen.
  private func holder(of owner: DomainName) -> DomainName {
    let seen = sorted.sources.first { $0.server.question == owner && $0.isAuthoritative }?.server.zone
    return seen ?? (owner.isWithin(zone) ? zone : owner.registrableDomain ?? owner)
  }

  /// As `restoring`, where something else stands at the name now.
  func replacing(else advice: String) -> Cause.Repair {
    if case .publish(let records, let note, let zone) = restoring(else: advice) {
      return state == .missing ? .publish(records, note: note, zone: zone) : .replace(records, note: note, zone: zone)
    }
    return .instruction(advice)
  }

  /// The repair that puts the known records back, or says where to get them.
  ///
  /// - Parameter deed: what is to be done besides; said where the records are known.
  func restoring(else advice: String, besides deed: String? = nil) -> Cause.Repair {
    guard let known = knownRecords else { return .instruction(advice) }
    let note = "This is the record that \(known.origin)" + (deed.map { ". \($0)" } ?? "")
    let zone = known.records.first.flatMap { $0.owner == name ? nil : holder(of: $0.owner) }
    return .publish(known.records, note: note, zone: zone)
  }
}
