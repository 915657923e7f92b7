// What all receivers make of the records at one key name.

internal import Model
internal import Syntax

/// The panel of receivers.
enum ReceiverPanel {
  /// One opinion a receiver, in the order of the profiles. Mail is taken to be signed with the key that the records
  /// hold, with `i=` of the signing domain.
  ///
  /// - Parameter reading: of the records; it shows whether all receivers agree without asking each.
  static func opinions(on records: [TextRecord], _ reading: KeyReading) -> [ReceiverOpinion] {
    if let key = plainKey(reading) {
      return ReceiverProfile.all.map { ReceiverOpinion(receiver: $0.name, verdict: .accept, reason: key.sentence) }
    }
    return opinions(on: records)
  }

  /// The key of a record on which nobody can stumble: `v=DKIM1; k=rsa; p=` and an RSA key of usual size and form, once.
  /// Nearly all records are of this kind.
  private static func plainKey(_ reading: KeyReading) -> ReceiverKey? {
    let record = reading.subject
    guard reading.records.count == 1, record.bytes.count <= 1024, let value = record.keyValue,
      let encoded = record.encoded, encoded.isIntact, encoded.blanks.isEmpty,
      encoded.padding == encoded.expectedPadding, encoded.digits + encoded.padding == value.count,
      let material = record.material, material.trailing == 0,
      case .rsa(let key, .info(hasNullParameters: true)) = material.content, !key.isNegative,
      (1024...4096).contains(key.bits), key.smallExponent == 65_537
    else { return nil }
    // Base64 and nothing else: what was stepped over, as the lines of a PEM file, receivers do not step over.
    guard encoded.digits + encoded.padding == value.count else { return nil }
    let text = String(decoding: record.bytes[..<value.lowerBound], as: UTF8.self)
    let beginnings = ["v=DKIM1; k=rsa; p=", "v=DKIM1;k=rsa;p=", "v=DKIM1; p=", "v=DKIM1;p="]
    let end = record.bytes[value.upperBound...]
    guard beginnings.contains(text), end.isEmpty || end.elementsEqual(";".utf8) else { return nil }
    return .rsa(modulus: Array(key.modulus), exponent: Array(key.exponent))
  }

  /// The same for any records, with every receiver asked.
  static func opinions(on records: [TextRecord]) -> [ReceiverOpinion] {
    let texts = Array(Set(records.map(\.joined))).sorted { $0.lexicographicallyPrecedes($1) }
    let candidates = texts.map(Candidate.init)
    return ReceiverProfile.all.enumerated().map { number, profile in
      let outcomes = candidates.map { $0.outcomes[number] }
      let (verdict, reason) = profile.verdict(outcomes, keys: Set(candidates.compactMap(\.key)))
      return ReceiverOpinion(receiver: profile.name, verdict: verdict, reason: reason)
    }
  }
}

/// A record with what each receiver makes of it alone.
private struct Candidate {
  /// By profile.
  var outcomes: [ReceiverOutcome]
  /// The key that most receivers read out of it: the one that its publisher signs with.
  var key: ReceiverKey?

  init(_ text: [UInt8]) {
    let reading = RecordReading(TextRecord(bytes: text))
    let meant = Self.meant(reading)
    let signature = meant.key?.type ?? reading.keyType ?? .rsa
    outcomes = ReceiverProfile.all.map { ReceiverOutcome(text, $0, signature) }
    if meant.key == nil, !outcomes.contains(where: \.isKey) {
      // The other type, where only that gives a key to anybody.
      let others = ReceiverProfile.all.map { ReceiverOutcome(text, $0, signature == .rsa ? .ed25519 : .rsa) }
      if others.contains(where: \.isKey) { outcomes = others }
    }
    key = meant.key
    if meant.isUnclear {
      let votes = outcomes.compactMap { outcome -> ReceiverKey? in
        if case .key(let key, _) = outcome.result { key } else { nil }
      }
      let counts = votes.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      // In one order whatever the dictionary's: the first of the most frequent ones.
      key = votes.first { counts[$0] == counts.values.max() }
    }
    for place in outcomes.indices {
      if case .key(let found, _) = outcomes[place].result, found != key {
        outcomes[place].result = .objection(.otherKey)
      }
    }
  }
}

extension Candidate {
  /// The key that the record is meant to hold; unclear where only receivers can tell.
  private static func meant(_ reading: RecordReading) -> (key: ReceiverKey?, isUnclear: Bool) {
    switch reading.material?.content {
    case .rsa(let key, _), .privateKey(_, .rsa(let key)):
      (.rsa(modulus: Array(key.modulus), exponent: Array(key.exponent)), false)
    case .ed25519Info(let key), .raw(let key), .privateKey(_, .ed25519(let key)): (.ed25519(key), false)
    case .privateKey: (nil, false)
    // A key that is marked for RSASSA-PSS is another kind, and some load it all the same.
    case .other, .damaged, nil: (nil, true)
    }
  }
}

/// What a receiver makes of one record alone.
struct ReceiverOutcome {
  enum Result {
    case key(ReceiverKey, isTesting: Bool)
    case objection(Objection)
  }

  var result: Result
  /// The receiver reads a key.
  var isKey: Bool { if case .key = result { true } else { false } }
  /// The record would count as a key record where there are others.
  var isCandidate: Bool
  /// The receiver treats a failure as it treats mail without a signature.
  var isExcused = false

  init(_ text: [UInt8], _ profile: ReceiverProfile, _ signature: KeySummary.KeyType) {
    let reading = ReceiverReading(profile: profile, signature: signature)
    do throws(Objection) {
      let success = try reading.read(text)
      result = .key(success.key, isTesting: success.isTesting)
      isCandidate = true
    } catch {
      result = .objection(error)
      isCandidate =
        switch profile.choice {
        case .firstLikely: true
        case .onlyKeyRecord: reading.isClaimed(text)
        default: false
        }
      isExcused = profile.values.testing == .excusesFailure && error.comesAfterParsing && reading.isTesting(text)
    }
    if profile.choice == .firstLikely {
      isCandidate = !text.starts(with: "v=".utf8) || text.hasPrefixIgnoringCase("v=dkim")
      if text.isEmpty || text.first == 0 { result = .objection(.emptyRecord) }
    }
  }
}

extension Objection {
  /// Whether the record itself is without fault and the fault lies in using it.
  fileprivate var comesAfterParsing: Bool {
    switch self {
    case .hash, .service, .algorithm, .revoked, .short: true
    default: false
    }
  }
}
