// The TXT records at one name, as a receiver looks for SPF among them.

internal import Model
internal import Phrasing
internal import Syntax

/// What the rules on SPF look at.
struct SPFReading: Sendable {
  /// The joined texts, in one order whatever the answer's.
  let texts: [[UInt8]]
  /// Those that receivers take for SPF records.
  let policies: [[UInt8]]
  /// The text that is judged: the first SPF record, else what is meant as one, else the first text.
  let bytes: [UInt8]
  let subject: TextRecord
  /// Whether `bytes` begins with exactly `v=spf1`.
  let isVersionOne: Bool
  let record: SPFRecord
  let errors: [SPFSyntaxError]

  init(_ records: [TextRecord]) {
    let sorted = records.sorted { $0.joined.lexicographicallyPrecedes($1.joined) }
    texts = sorted.map(\.joined)
    policies = texts.filter(SPFRecord.isVersionOne)
    let isSubject: (TextRecord) -> Bool = { SPFRecord.isVersionOne($0.joined) }
    subject =
      sorted.first(where: isSubject) ?? sorted.first { PolicyGuess.type(of: $0.joined) == .spf && !$0.isSenderID }
      ?? sorted.first ?? TextRecord("")
    bytes = subject.joined
    isVersionOne = SPFRecord.isVersionOne(bytes)
    (record, errors) = isVersionOne ? SPFRecord.read(bytes) : (SPFRecord(text: bytes), [])
  }

  /// The directives that are reached: up to the first `all`.
  var reached: [SPFRecord.Directive] {
    let end = record.directives.firstIndex { $0.mechanism == .all }
    return end.map { Array(record.directives[...$0]) } ?? record.directives
  }

  /// The `all` that counts.
  var all: SPFRecord.Directive? { record.directives.first { $0.mechanism == .all } }

  /// All texts with macros, with the place of their terms.
  var macroStrings: [(string: SPFMacroString, place: Range<Int>)] {
    record.directives.compactMap { directive in directive.mechanism.domain.map { ($0, directive.place) } }
      + [record.redirect, record.explanation].compactMap { $0.map { ($0.value, $0.place) } }
  }

  /// The networks of `ip4` and `ip6` before `all`.
  var networks: [(network: SPFNetwork, directive: SPFRecord.Directive)] {
    reached.compactMap { directive in SPFNetwork(directive.mechanism).map { ($0, directive) } }
  }

  /// What the record is, where nothing is wrong.
  var gist: String {
    let lookups = record.costlyTerms.count
    return
      "SPF record with \(Phrase.count(record.directives.count, "mechanism")) and \(Phrase.count(lookups, "lookup")) "
      + "of its own"
  }

  func evidence(_ place: Range<Int>) -> String { bytes.evidence(place) }
  func evidence(_ places: [Range<Int>]) -> String { bytes.evidence(places) }
}

extension TextRecord {
  /// A record of Sender ID (RFC 4406), which is no SPF record.
  var isSenderID: Bool { joined.hasPrefixIgnoringCase("spf2.0/") }
}

/// The addresses of an `ip4` or `ip6` mechanism.
struct SPFNetwork: Hashable, Sendable {
  /// The address as it is written.
  var address: IPAddress
  var prefix: Int

  init?(_ mechanism: SPFRecord.Mechanism) {
    switch mechanism {
    case .ip4(let bits, let prefix): (address, self.prefix) = (.v4(bits), prefix)
    case .ip6(let high, let low, let prefix): (address, self.prefix) = (.v6(high: high, low: low), prefix)
    default: return nil
    }
  }

  /// The first and the last address.
  var bounds: (first: IPAddress, last: IPAddress) {
    var first = address.bytes
    var last = first
    for index in first.indices {
      let kept = min(8, max(0, prefix - 8 * index))
      let mask = kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF00 >> kept)
      first[index] &= mask
      last[index] |= ~mask
    }
    return (IPAddress(bytes: first) ?? address, IPAddress(bytes: last) ?? address)
  }

  /// Whether bits behind the prefix are set.
  var hasHostBits: Bool { bounds.first != address }

  /// Nets of one family that hold every address: one of size 0, or two halves.
  static func coverAll(_ networks: [SPFNetwork]) -> Bool {
    [false, true].contains { isV6 in
      let family = networks.filter { $0.address.isV6 == isV6 }
      let halves = Set(family.filter { $0.prefix == 1 }.map { $0.bounds.first })
      return family.contains { $0.prefix == 0 } || halves.count == 2
    }
  }
}
