// The record that belongs in the place of one whose text is wrong.

internal import Conventions
internal import Judging
internal import Model

extension DiagnosisFacts {
  /// The broken records at the source, with the server that gave them.
  private var broken: (records: [TextRecord], source: Respondent)? {
    let with = sorted.with.isEmpty ? sorted.caches.filter { $0.role == .with } : sorted.with
    let source =
      with.first { input.repairs[RecordRepair.key(of: $0.answer.records)] != nil } ?? with.first
    return source.map { ($0.answer.records, $0) }
  }

  /// What the broken records were meant to be; nil where that cannot be told from their text.
  var recordRepair: RecordRepair? { broken.flatMap { input.repairs[RecordRepair.key(of: $0.records)] } }

  /// Puts a record into the place of the broken ones: the one that was good before, else what these were meant to be.
  ///
  /// Both are said where they hold different keys: the signer may have got the new one already.
  func mending(else advice: String, note: String? = nil) -> Cause.Repair {
    let repair = recordRepair.flatMap { isWanted($0) ? $0 : nil }
    if let repair, state == .published || lastGood == nil || isPinned(repair) || isFormerKey(repair) {
      let said = "It has the same key; \(repair.description)" + (note.map { ". \($0)" } ?? "")
      return replacing(with: repair.record, note: said)
    }
    guard state != .published else { return .instruction(advice) }
    if lastGood != nil, let repair, case .replace(let records, let said, let zone) = replacing(else: advice) {
      let other = text(repair.record).dataText
      return .replace(
        records,
        note: (said.map { $0 + ". " } ?? "") + "If the signer uses another key since, publish instead \(other)",
        zone: zone)
    }
    return replacing(else: advice)
  }

  /// Puts this record into the place of the broken ones, in the zone that they stand in.
  func replacing(with record: TextRecord, note: String? = nil) -> Cause.Repair {
    let source = broken?.source
    let owner = source.map { $0.answer.cname.last ?? $0.server.question } ?? name
    let ttl = source?.answer.ttl.map { max($0, 60) } ?? 3600
    return .replace(
      [text(record, at: owner, ttl: ttl)], note: note, zone: owner == name ? nil : source?.server.zone ?? owner)
  }

  /// How a text is entered where the zone is edited.
  var howToEnter: String {
    let host = DNSHosts.host(servers: servers)
    let plain = "the text in one piece, without quotation marks"
    let strings = "strings of at most 255 bytes in quotation marks, with blanks between, in one record"
    if host.isZoneFile { return "A zone file wants \(strings); most web forms want \(plain)" }
    return "The form of \(host.name) wants \(host.textForm == .plain ? plain : strings)"
  }

  /// Whether the repaired record is not another key than the pinned one.
  private func isWanted(_ repair: RecordRepair) -> Bool {
    input.expectation.fingerprint == nil || isPinned(repair)
  }

  private func isPinned(_ repair: RecordRepair) -> Bool {
    input.expectation.fingerprint.map { $0 == repair.key?.fingerprint } ?? false
  }

  /// Whether the record that was good before has the same key.
  private func isFormerKey(_ repair: RecordRepair) -> Bool {
    guard let key = repair.record.publicKey else { return false }
    return lastGood?.records.contains { TextRecord($0).publicKey == key } ?? false
  }
}

extension TextRecord {
  /// The value of `p=` without white space.
  var publicKey: String? {
    text.split(separator: ";").lazy.map { $0.filter { !$0.isWhitespace } }.first { $0.hasPrefix("p=") }
      .map { String($0.dropFirst(2)) }
  }
}
