// Judged keys as bytes, for a database: short, since most judgements say what tables say already.

public import Model

extension JudgedKey {
  /// The judgement in a form that `init(bytes:of:)` reads, with the same version of the rules (`KeyRules.version`).
  public var bytes: [UInt8] {
    var writer = JudgementWriter()
    writer.write(judgement.state.rawValue)
    writer.write(judgement.verdict.rawValue)
    writer.write(judgement.summary)
    writer.write(identity.modulus != nil)
    writer.write(judgement.key != nil)
    if let key = judgement.key {
      writer.write(key.type.rawValue)
      writer.write(key.bits)
      writer.write(key.fingerprint)
      writer.write(key.revoked)
      writer.write(key.testing)
    }
    writer.write(judgement.findings.count)
    for finding in judgement.findings {
      for text in [finding.rule, finding.severity.rawValue, finding.text, finding.evidence, finding.remedy] {
        writer.write(text)
      }
    }
    writer.write(judgement.receivers.count)
    for opinion in judgement.receivers {
      for text in [opinion.receiver, opinion.verdict.rawValue, opinion.reason] { writer.write(text) }
    }
    return writer.bytes
  }

  /// Reads what `bytes` wrote of these records; nil where it is damaged.
  public init?(bytes: [UInt8], of records: [TextRecord]) {
    var reader = JudgementReader(bytes)
    guard let state = State(rawValue: reader.text()), let verdict = Verdict(rawValue: reader.text()) else { return nil }
    var judgement = KeyJudgement(state: state, verdict: verdict, summary: reader.text(), key: nil, findings: [])
    let isCompared = reader.flag()
    if reader.flag() {
      guard let type = KeySummary.KeyType(rawValue: reader.text()) else { return nil }
      judgement.key = KeySummary(
        type: type, bits: reader.number(), fingerprint: reader.text(), revoked: reader.flag(), testing: reader.flag())
    }
    for _ in 0..<reader.count() {
      let rule = reader.text()
      guard let severity = Severity(rawValue: reader.text()) else { return nil }
      judgement.findings.append(
        Finding(
          rule: rule, severity: severity, text: reader.text(), evidence: reader.text(), remedy: reader.text()))
    }
    for _ in 0..<reader.count() {
      let receiver = reader.text()
      guard let verdict = ReceiverOpinion.Verdict(rawValue: reader.text()) else { return nil }
      judgement.receivers.append(ReceiverOpinion(receiver: receiver, verdict: verdict, reason: reader.text()))
    }
    guard reader.isAtEnd else { return nil }
    self.init(
      judgement: judgement,
      identity: KeyIdentity(
        fingerprint: judgement.key.flatMap { $0.revoked ? nil : $0.fingerprint },
        modulus: isCompared ? Modulus(untested: records) : nil))
  }
}

/// The texts that a number stands for: all that tables hold, in an order that changes only with the version of the rules.
private enum KnownTexts {
  static let all: [String] = {
    let rules = KeyRules.all.flatMap { [$0.id, $0.summary, $0.remedy] }
    let words =
      State.allCases.map(\.rawValue) + Verdict.allCases.map(\.rawValue) + Severity.allCases.map(\.rawValue)
      + ReceiverOpinion.Verdict.allCases.map(\.rawValue) + [KeySummary.KeyType.rsa, .ed25519].map(\.rawValue)
    var seen: Set<String> = []
    return (words + ReceiverProfile.all.map(\.name) + rules).filter { seen.insert($0).inserted }
  }()

  static let numbers = Dictionary(uniqueKeysWithValues: zip(all, 0...))
}

private struct JudgementWriter {
  private(set) var bytes: [UInt8] = []
  /// Texts of this judgement that stand in no table.
  private var own: [String: Int] = [:]

  /// Seven binary digits a byte, the lowest first; the highest bit says that more follow.
  mutating func write(_ number: Int) {
    var rest = UInt(bitPattern: number)
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  /// The number of a text that is known, from 1; or 0, its length and itself.
  mutating func write(_ text: String) {
    if let number = KnownTexts.numbers[text] ?? own[text] { return write(number + 1) }
    own[text] = KnownTexts.all.count + own.count
    write(0)
    write(text.utf8.count)
    bytes += text.utf8
  }
}

/// Reads what there is: what is damaged shows itself in what comes of it, and by not ending at the end.
private struct JudgementReader {
  private var rest: ArraySlice<UInt8>
  private var own: [String] = []
  private var isDamaged = false

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty && !isDamaged }

  mutating func number() -> Int {
    var number: UInt = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      number |= UInt(byte & 0x7F) << shift
      if byte < 0x80 { return Int(bitPattern: number) }
    }
    isDamaged = true
    return 0
  }

  /// How many things follow: not more than there are bytes.
  mutating func count() -> Int {
    let count = number()
    guard (0...rest.count).contains(count) else {
      isDamaged = true
      return 0
    }
    return count
  }

  mutating func flag() -> Bool { number() == 1 }

  mutating func text() -> String {
    let number = number()
    if number == 0 {
      let length = count()
      let text = String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
      own.append(text)
      return text
    }
    let place = number - 1 - KnownTexts.all.count
    if KnownTexts.all.indices.contains(number - 1) { return KnownTexts.all[number - 1] }
    guard own.indices.contains(place) else {
      isDamaged = true
      return ""
    }
    return own[place]
  }
}
